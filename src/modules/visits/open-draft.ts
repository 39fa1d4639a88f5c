import type { Encounter, Questionnaire } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { parsed } from './stored.ts';
import { draftOfEncounter, type Draft } from './tables.ts';
import { readTemplate, type Template } from './template.ts';

export interface OpenDraft {
  draft: Draft;
  encounter: Encounter & { id: string };
  questionnaire: Questionnaire & { id: string };
  template: Template;
}

/**
 * The draft of a visit for a caller of the clinic that holds it. Who may not read the Encounter learns nothing; who may, but works
 * elsewhere, is told that the draft is not his to see.
 */
export async function openDraft(ctx: Ctx, encounter: string): Promise<OpenDraft> {
  const stored = await ctx.store.read('Encounter', encounter);
  const draft = await draftOfEncounter(ctx.sql, encounter);
  if (!draft) throw new Problem('visits.no-visit');
  if (ctx.actor.organization !== draft.organization) throw new Problem('visits.other-clinic');
  const questionnaire = parsed<'Questionnaire'>(await ctx.store.vread('Questionnaire', draft.template, draft.templateVersion));
  return { draft, encounter: parsed<'Encounter'>(stored), questionnaire, template: readTemplate(questionnaire) };
}
