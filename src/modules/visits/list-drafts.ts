import type { Questionnaire } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { DraftLine } from './contract.ts';
import { personOf } from './people.ts';
import { missingBeforeSigning } from './rules.ts';
import { parsed } from './stored.ts';
import { openDraftsOf, readConflicts, readFields } from './tables.ts';
import { readTemplate } from './template.ts';

/** My drafts that wait for my signature, the oldest first. */
export async function listDrafts(ctx: Ctx): Promise<{ drafts: DraftLine[] }> {
  const drafts = await openDraftsOf(ctx.sql, ctx.actor.reference);
  const stored = await ctx.store.readMany([...new Set(drafts.map((draft) => `Patient/${draft.patient}`))]);
  const patients = new Map(stored.map((each) => [each.id, parsed<'Patient'>(each)]));
  const lines = await Promise.all(
    drafts.map(async (draft): Promise<DraftLine[]> => {
      const patient = patients.get(draft.patient);
      if (!patient) return [];
      const [questionnaire, fields, conflicts] = await Promise.all([ctx.store.vread('Questionnaire', draft.template, draft.templateVersion), readFields(ctx.sql, draft.id), readConflicts(ctx.sql, draft.id)]);
      const template = readTemplate(JSON.parse(questionnaire.content) as Questionnaire);
      return [
        {
          encounter: draft.encounter, patient: personOf(patient), title: template.title[ctx.language], started: draft.created, changed: draft.changed,
          missing: missingBeforeSigning(template, fields, conflicts).length, correction: draft.replaces !== null,
        },
      ];
    }),
  );
  return { drafts: lines.flat() };
}
