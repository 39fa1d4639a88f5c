import { createHash } from 'node:crypto';
import type { Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { foldText } from '../../fhir/index.ts';
import type { TitlePage } from './contract.ts';
import { asPatient, identifierOf, officialName, systems } from './person.ts';
import { dropClaims, readClaims } from './tables.ts';

/** What identifies a person, as keys of the guard `person_claim`: hashes, since the guard needs no names. */

const hash = (text: string): Uint8Array => createHash('sha256').update(text, 'utf8').digest();

export const actKey = (actor: string, idempotencyKey: string): Uint8Array => hash(`act ${actor} ${idempotencyKey}`);
export const cardKey = (card: string): Uint8Array => hash(`card ${card}`);

/** Numbers that no second card may carry. A newborn's policy number stands for him alone, too. */
export function numberKeys(page: Pick<TitlePage, 'snils' | 'policy'>): Uint8Array[] {
  return [...(page.snils ? [hash(`snils ${page.snils}`)] : []), ...(page.policy && page.policy.kind !== 'old' ? [hash(`enp ${page.policy.number}`)] : [])];
}

/** `ordinal`: how many namesakes of the same day were shown and are other people. */
export function whoKey(page: Pick<TitlePage, 'family' | 'given' | 'patronymic' | 'birthDate' | 'policy'>, ordinal: number): Uint8Array {
  const twin = page.policy?.kind === 'newborn' ? page.policy.number : '';
  return hash(`who ${foldText([page.family, page.given, page.patronymic].filter(Boolean).join(' '))} ${page.birthDate} ${twin} ${ordinal}`);
}

/** Keys whose card has since got other numbers (a correction through the API) are free again. */
export async function releaseStale(ctx: Ctx, keys: readonly Uint8Array[]): Promise<void> {
  const claims = await readClaims(ctx.sql, keys);
  if (claims.length === 0) return;
  const system = ctx.asSystem().store;
  const [patients, coverages] = await Promise.all([
    system.readMany(claims.map(({ patient }) => `Patient/${patient}`)),
    system.search('Coverage', `patient=${claims.map(({ patient }) => `Patient/${patient}`).join(',')}&_count=100`),
  ]);
  const held = new Set(patients.flatMap((stored) => keysOf(asPatient(stored))));
  for (const { content } of coverages.matches) {
    const { subscriberId } = JSON.parse(content) as { subscriberId?: string };
    if (subscriberId) held.add(Buffer.from(hash(`enp ${subscriberId}`)).toString('hex'));
  }
  await dropClaims(ctx.sql, claims.map(({ key }) => key).filter((key) => !held.has(key)));
}

function keysOf(patient: Patient): string[] {
  const [snils, enp] = [identifierOf(patient, systems.snils), identifierOf(patient, systems.enp)];
  const { family = '', given = [] } = officialName(patient);
  const who = [0, 1, 2, 3].map((ordinal) => whoKey({ family, given: given[0], patronymic: given.slice(1).join(' ') || undefined, birthDate: patient.birthDate ?? '' }, ordinal));
  return [...(snils ? [hash(`snils ${snils}`)] : []), ...(enp ? [hash(`enp ${enp}`)] : []), ...who].map((key) => Buffer.from(key).toString('hex'));
}
