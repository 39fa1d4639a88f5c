import type { Provenance, Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import type { AssignInput } from './contract.ts';
import { assigned, belongsTo, endedMergings, reopened, whyFixed } from './unassigned.ts';

/**
 * A person's word on whose an entry is that was written while two cards were merged: it stays in this card or goes to the other one.
 * Karta itself re-points it, since the desk may not read it; Provenance names who said so. `undo` takes such a word back: the entry is open again.
 * Refuses `patients.not-to-assign`, `signed-entry`, `visit-entry`, `store.stale`.
 */
export async function assignEntry(ctx: Ctx, id: string, { reference, version, to, undo }: AssignInput, idempotencyKey: string | undefined): Promise<{ version: number }> {
  await ctx.store.read('Patient', id);
  const [type, entry] = reference.split('/') as [string, string];
  const { store } = ctx.asSystem();
  const stored = await store.read(type, entry);
  const resource = JSON.parse(stored.content) as Resource & { id: string };
  const operations: WriteOperation[] = [];
  if (type === 'Patient' || type === 'Provenance') throw new Problem('patients.not-to-assign');
  if (stored.version !== version) {
    // The answer to this very act was lost: what it asked for stands already.
    if (to !== id && stored.version === version + 1 && belongsTo(stored, to) && !belongsTo(stored, id)) return { version: stored.version };
    throw new Problem('store.stale', { reference, current: stored.version, given: version });
  }
  const mergings = (await endedMergings(ctx, id)).filter(({ other }) => to === id || other === to);
  const { entries } = await store.history({ type, id: entry }, { count: 200 });
  const together = mergings.some(({ from, to: until }) => entries.some(({ updated }) => updated > from && updated <= until));
  if (!together || !belongsTo(stored, id)) throw new Problem('patients.not-to-assign');
  if (to !== id) {
    const fixed = await whyFixed(ctx, stored);
    if (fixed) throw new Problem(fixed === 'document' ? 'patients.signed-entry' : 'patients.visit-entry');
    operations.push({ method: 'update', resource: repoint(resource, id, to), ifMatch: version });
  }
  operations.push({ method: 'create', resource: wordOn(ctx, reference, to, undo), keepId: true });
  const written = await store.write(operations, idempotencyKey === undefined ? {} : { idempotencyKey: `${ctx.actor.reference} ${idempotencyKey}` });
  return { version: to === id ? version : written[0]!.version };
}

/** The same resource with every reference to one card replaced by the other, its name beside it dropped. */
function repoint<R extends Resource>(resource: R, from: string, to: string): R {
  return JSON.parse(JSON.stringify(resource), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || (value as { reference?: unknown }).reference !== `Patient/${from}`) return value;
    const { display: _display, identifier: _identifier, ...rest } = value as Record<string, unknown>;
    return { ...rest, reference: `Patient/${to}` };
  }) as R;
}

function wordOn(ctx: Ctx, reference: string, card: string, undo: boolean): Provenance & { id: string } {
  return {
    resourceType: 'Provenance', id: newId(shardOf(card), ctx.now.getTime()), recorded: ctx.now.toISOString(), target: [{ reference }, { reference: `Patient/${card}` }], activity: { coding: [{ ...(undo ? reopened : assigned) }] },
    agent: [
      { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who: { reference: ctx.actor.reference }, ...(ctx.actor.organization ? { onBehalfOf: { reference: ctx.actor.organization } } : {}) },
      { type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'assembler' }] }, who: { display: 'Карта' } },
    ],
  };
}
