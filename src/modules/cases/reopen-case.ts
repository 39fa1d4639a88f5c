import type { Condition, EpisodeOfCare, Provenance, QuestionnaireResponse } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { inCaseWords, loadForChange } from './change-case.ts';
import type { CaseAnswer } from './contract.ts';
import { talonIn, urls } from './episode.ts';
import type { CaseParts } from './parts.ts';
import { readCase } from './read-case.ts';
import { findAll, idOf, parsed } from './stored.ts';
import { billsOf, openBill } from './tables.ts';

/** Takes a closing back, with a reason, as long as it was not exported: the talon is voided, the list of problems stands as before. */
export async function reopenCase(ctx: Ctx, parts: CaseParts, id: string, { version, reason }: { version: number; reason: string }, idempotencyKey?: string): Promise<CaseAnswer> {
  const { episode, version: current } = await loadForChange(ctx, id);
  if (episode.status !== 'finished') {
    // the answer to this very act was lost, or it came twice: what it asked for stands
    if (current === version + 1 && episode.statusHistory?.at(-1)?.status === 'finished') return readCase(ctx, parts, id);
    throw new Problem('cases.not-closed');
  }
  const shard = shardOf(idOf(episode.patient.reference ?? ''));
  const now = ctx.now.toISOString();
  const { period, ...rest } = episode;
  const reopened: EpisodeOfCare & { id: string } = {
    ...rest, status: 'active', period: period?.start ? { start: period.start } : {},
    extension: (episode.extension ?? []).filter((one) => one.url !== urls.talon && one.url !== urls.outcome && one.url !== urls.result),
    statusHistory: [...(episode.statusHistory ?? []), { status: 'finished', period: { start: period?.end ?? now, end: now } }],
  };
  const provenance: Provenance & { id: string } = {
    resourceType: 'Provenance', id: newId(shard, ctx.now.getTime()), recorded: now, target: [{ reference: `EpisodeOfCare/${id}` }, { reference: episode.patient.reference! }],
    activity: { coding: [{ system: 'urn:karta:case-activity', code: 'reopen', display: 'Случай открыт заново' }] }, reason: [{ text: reason }],
    agent: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who: { reference: ctx.actor.reference }, onBehalfOf: { reference: ctx.actor.organization! } }],
  };
  const operations: WriteOperation[] = [{ method: 'update', resource: reopened, ifMatch: version }, ...(await undone(ctx, id, talonIn(episode))), { method: 'create', resource: provenance, keepId: true }];
  await inCaseWords(
    ctx.store.write(operations, {
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      alongside: async (sql) => {
        if (await openBill(sql, { episode: id, shard, organization: episode.managingOrganization?.reference ?? '', version: version + 1 })) return;
        throw new Problem('cases.exported', { batch: (await billsOf(sql, [id])).get(id)?.number ?? '' });
      },
    }),
  );
  return readCase(ctx, parts, id);
}

/**
 * What closing wrote, taken back. All that one transaction wrote has the same instant: a Condition of the talon's instant is as closing
 * left it and goes back to its version before, or was made by it and is void. One that someone changed since stays as he left it.
 */
async function undone(ctx: Ctx, episode: string, talon: string | undefined): Promise<WriteOperation[]> {
  if (!talon) return [];
  const [stored] = await ctx.store.readMany([talon]);
  if (!stored) return [];
  const closings = await findAll(ctx, 'Provenance', `target=${talon}`);
  const targets = closings.filter((one) => one.target.some((target) => target.reference === `EpisodeOfCare/${episode}`)).flatMap((one) => one.target.map((target) => target.reference ?? ''));
  const conditions = (await ctx.store.readMany([...new Set(targets)].filter((reference) => reference.startsWith('Condition/')))).filter((one) => one.updated === stored.updated);
  const voided: QuestionnaireResponse & { id: string } = { ...parsed<'QuestionnaireResponse'>(stored), status: 'entered-in-error' };
  return [
    { method: 'update', resource: voided, ifMatch: stored.version },
    ...(await Promise.all(
      conditions.map(async (one): Promise<WriteOperation> => {
        const before = one.version > 1 ? parsed<'Condition'>(await ctx.store.vread('Condition', one.id, one.version - 1)) : undefined;
        return { method: 'update', resource: before ?? voidCondition(parsed<'Condition'>(one)), ifMatch: one.version };
      }),
    )),
  ];
}

function voidCondition(condition: Condition & { id: string }): Condition & { id: string } {
  const { clinicalStatus: _, ...rest } = condition;
  // con-5: what was entered in error has no clinical status (http://hl7.org/fhir/R4/condition.html#invs)
  return { ...rest, verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'entered-in-error' }] } };
}
