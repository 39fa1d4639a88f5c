import type { Patient, PatientLink } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import type { CardAnswer, WrittenSince } from './contract.ts';
import { asPatient, linksOf, type StoredPatient } from './person.ts';
import { readCard } from './read-card.ts';
import { listUnassigned, mergedAt } from './unassigned.ts';

/**
 * Two cards of one person become a group: Patient.link says which is in use (http://hl7.org/fhir/R4/patient.html#merging). Nothing else is
 * written or moved, so that it can be taken back. Refuses `patients.merge-itself`, `already-merged`.
 */
export async function mergeCards(ctx: Ctx, id: string, duplicateId: string, idempotencyKey: string | undefined): Promise<CardAnswer> {
  const operations = await planMerge(ctx, id, duplicateId);
  if (operations.length > 0) await ctx.store.write(operations, idempotencyKey === undefined ? {} : { idempotencyKey });
  return readCard(ctx, id);
}

/** What a merging would write, the card in use first; nothing where it has been done. Refuses as `mergeCards` does. */
export async function planMerge(ctx: Ctx, id: string, duplicateId: string): Promise<(WriteOperation & { method: 'update' })[]> {
  if (id === duplicateId) throw new Problem('patients.merge-itself');
  const [main, duplicate] = await readBoth(ctx, id, duplicateId);
  if (linksOf(main.patient).replaces.includes(duplicateId)) return [];
  if (linksOf(main.patient).replacedBy.length > 0 || linksOf(duplicate.patient).replacedBy.length > 0) throw new Problem('patients.already-merged');
  const at = ctx.now.toISOString();
  // What was merged into the duplicate belongs to the main card too, by links of its own: one step leads to the card in use.
  const inner = (await ctx.store.readMany(linksOf(duplicate.patient).replaces.map((other) => `Patient/${other}`))).map((stored) => ({ version: stored.version, patient: asPatient(stored) }));
  const gained = [duplicateId, ...inner.map(({ patient }) => patient.id)].map((other) => link('replaces', other, at));
  return [
    { method: 'update', ifMatch: main.version, resource: withLinks(main.patient, [...(main.patient.link ?? []), ...gained]) },
    { method: 'update', ifMatch: duplicate.version, resource: { ...withLinks(duplicate.patient, [...(duplicate.patient.link ?? []), link('replaced-by', id, at)]), active: false } },
    ...inner.map(({ version, patient }) => ({ method: 'update' as const, ifMatch: version, resource: withLinks(patient, [link('replaced-by', id, at), ...(patient.link ?? [])]) })),
  ];
}

/** Takes a merging back; answers what has been written to either card since, by type and date, for a person to look at and assign. */
export async function unmergeCards(ctx: Ctx, id: string, duplicateId: string, idempotencyKey: string | undefined): Promise<{ card: CardAnswer; since: WrittenSince[] }> {
  const [main, duplicate] = await readBoth(ctx, id, duplicateId);
  if (!linksOf(main.patient).replaces.includes(duplicateId)) throw new Problem('patients.not-merged');
  const inner = (await ctx.store.readMany(linksOf(duplicate.patient).replaces.map((other) => `Patient/${other}`))).map((stored) => ({ version: stored.version, patient: asPatient(stored) }));
  const leaving = [duplicateId, ...inner.map(({ patient }) => patient.id)];
  const operations: WriteOperation[] = [
    { method: 'update', ifMatch: main.version, resource: withLinks(main.patient, without(main.patient.link, leaving)) },
    { method: 'update', ifMatch: duplicate.version, resource: { ...withLinks(duplicate.patient, without(duplicate.patient.link, [id])), active: true } },
    ...inner.map(({ version, patient }): WriteOperation => ({ method: 'update', ifMatch: version, resource: withLinks(patient, without(patient.link, [id])) })),
  ];
  await ctx.store.write(operations, idempotencyKey === undefined ? {} : { idempotencyKey });
  return { card: await readCard(ctx, id), since: await listUnassigned(ctx, id) };
}

async function readBoth(ctx: Ctx, id: string, duplicateId: string) {
  const [first, second] = await Promise.all([ctx.store.read('Patient', id), ctx.store.read('Patient', duplicateId)]);
  return [first, second].map((stored) => ({ version: stored.version, patient: asPatient(stored) })) as [{ version: number; patient: StoredPatient }, { version: number; patient: StoredPatient }];
}

function link(type: 'replaces' | 'replaced-by', other: string, at: string): PatientLink {
  return { extension: [{ url: mergedAt, valueDateTime: at }], other: { reference: `Patient/${other}` }, type };
}

function without(links: readonly PatientLink[] | undefined, ids: readonly string[]): PatientLink[] {
  return (links ?? []).filter(({ other }) => !ids.some((id) => other.reference === `Patient/${id}`));
}

function withLinks(patient: StoredPatient, links: PatientLink[]): Patient {
  const { link: _link, ...rest } = patient;
  return links.length > 0 ? { ...rest, link: links } : rest;
}
