import type { Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { newbornPolicy } from '../../kernel/identifiers.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { cardNumber } from './card-number.ts';
import { actKey, cardKey, numberKeys, releaseStale, whoKey } from './claim-keys.ts';
import type { OpenInput, TitlePage } from './contract.ts';
import { searchDoubles, type Double } from './find-doubles.ts';
import { asPatient, identifierOf, nameOf, officialName, systems } from './person.ts';
import { readCard } from './read-card.ts';
import { faultsOf, normalPage } from './rules.ts';
import { claimKeys, readClaims, takeCardNumber } from './tables.ts';
import { coverageOf, patientOf, relatedPersonOf } from './title-page.ts';

/** Opened twice with one key it is one card. Refuses `patients.incorrect-page`, `likely-double`, `number-taken`, `opened-meanwhile`. */
export async function openCard(ctx: Ctx, input: OpenInput, idempotencyKey: string | undefined) {
  const act = idempotencyKey === undefined ? undefined : actKey(ctx.actor.reference, idempotencyKey);
  const [before] = act ? await readClaims(ctx.sql, [act]) : [];
  if (before) return readCard(ctx, before.patient);

  const mother = input.newborn && (await readMother(ctx, input.newborn.mother));
  const page = normalPage(mother ? await newbornPage(ctx, input, mother) : input.page);
  demandCorrect(ctx, page);
  const doubles = await searchDoubles(ctx, page);
  try {
    refuseDoubles(ctx, doubles, input.others);
  } catch (refusal) {
    // the double may be what this very act wrote a moment ago, when it came twice at once
    const [meanwhile] = act ? await readClaims(ctx.sql, [act]) : [];
    if (meanwhile) return readCard(ctx, meanwhile.patient);
    throw refusal;
  }

  const id = newId();
  const shard = shardOf(id);
  const clinic = ctx.actor.organization ?? 'Organization/none';
  const { prefix, running } = await takeCardNumber(ctx.sql, clinic, shardOf(clinic));
  const card = cardNumber(prefix, running);
  const patient: Patient = { ...patientOf(page, { identifier: [{ system: systems.card, value: card }] }, await attachment(ctx)), id };
  if (mother) Object.assign(patient, ordinalOf(page) > 1 ? { multipleBirthInteger: ordinalOf(page) } : {});
  const coverage = coverageOf(page, id, { id: newId(shard) }, mother && `Patient/${mother.id}`);
  const relatives = page.representatives.map((one) => relatedPersonOf(one, id, { id: newId(shard), ...(mother && one.relation === 'mother' ? { extension: [{ url: 'urn:karta:patient', valueReference: { reference: `Patient/${mother.id}` } }] } : {}) }));
  const operations: WriteOperation[] = [patient, ...(coverage ? [coverage] : []), ...relatives].map((resource) => ({ method: 'create', resource, keepId: true }));
  const namesakes = input.others.length;
  const personKeys = [...numberKeys(page), whoKey(page, namesakes)];
  // an act and a card's number are for ever: only what a person may have got rid of is released
  await releaseStale(ctx, personKeys);
  const keys = [...personKeys, cardKey(card), ...(act ? [act] : [])];
  const [written] = await ctx.store.write(operations, {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    alongside: async (sql) => {
      const others = await claimKeys(sql, keys, shard, id);
      if (others.length > 0) throw new Problem('patients.opened-meanwhile', { patients: [...new Set(others)].join(',') });
    },
  });
  return readCard(ctx, written!.id);
}

export function demandCorrect(ctx: Ctx, page: TitlePage): void {
  // A day ahead: the desk may stand in a zone where tomorrow has begun.
  const today = new Date(ctx.now.getTime() + 12 * 3_600_000).toISOString().slice(0, 10);
  const faults = faultsOf(page, today, ctx.language);
  if (faults.length > 0) throw new Problem('patients.incorrect-page', {}, faults.map(({ field, text }) => ({ severity: 'error', code: 'value', expression: `page.${field}`, diagnostics: text })));
}

function refuseDoubles(ctx: Ctx, doubles: readonly Double[], others: readonly string[]): void {
  const named = (list: readonly Double[]) => ({ names: list.slice(0, 3).map(({ patient }) => nameOf(officialName(patient))).join(', '), patients: list.map(({ patient }) => patient.id).join(',') });
  const same = doubles.filter(({ likeness }) => likeness.same);
  if (same.length > 0) {
    const bySnils = same[0]!.likeness.reasons.includes('snils');
    throw new Problem('patients.number-taken', { what: bySnils ? 'СНИЛС' : ctx.language === 'ru' ? 'полис' : 'the policy', ...named(same) });
  }
  const unseen = doubles.filter(({ patient }) => !others.includes(patient.id));
  if (unseen.length > 0) throw new Problem('patients.likely-double', named(unseen));
}

export async function attachment(ctx: Ctx): Promise<{ organization: string; display?: string } | undefined> {
  const organization = ctx.actor.organization;
  if (!organization) return undefined;
  const [clinic] = await ctx.asSystem().store.readMany([organization]);
  const name = clinic && (JSON.parse(clinic.content) as { name?: string }).name;
  return { organization, ...(name ? { display: name } : {}) };
}

type Mother = ReturnType<typeof asPatient> & { policy: string; insurer: string | undefined };

async function readMother(ctx: Ctx, id: string): Promise<Mother> {
  const mother = asPatient(await ctx.store.read('Patient', id));
  const { page } = await readCard(ctx, id);
  const policy = page.policy?.kind === 'enp' ? page.policy.number : identifierOf(mother, systems.enp);
  if (!policy) throw new Problem('patients.mother-without-policy');
  return { ...mother, policy, insurer: page.policy?.insurer };
}

/** A newborn is cared for by the mother's policy; she represents him. The ordinal is the next that no child of this birth has. */
async function newbornPage(ctx: Ctx, input: OpenInput, mother: Mother): Promise<TitlePage> {
  const { page } = input;
  let ordinal = input.newborn!.ordinal ?? 1;
  if (input.newborn!.ordinal === undefined) {
    const children = await ctx.asSystem().store.search('Coverage', `identifier=${Array.from({ length: 9 }, (_, at) => encodeURIComponent(`${systems.enp}|${newbornPolicy(mother.policy, page.birthDate, at + 1) ?? ''}`)).join(',')}&_count=20`);
    ordinal = 1 + children.matches.length;
  }
  const number = newbornPolicy(mother.policy, page.birthDate, ordinal);
  if (!number) throw new Problem('patients.mother-without-policy');
  const { family = '', given = [] } = officialName(mother);
  const phone = mother.telecom?.find(({ system }) => system === 'phone')?.value;
  const known = page.representatives.some(({ relation }) => relation === 'mother');
  return {
    ...page,
    policy: { kind: 'newborn', number, ...(mother.insurer ? { insurer: mother.insurer } : {}), from: page.birthDate },
    representatives: known ? page.representatives : [{ family, ...(given[0] ? { given: given[0] } : {}), ...(given[1] ? { patronymic: given.slice(1).join(' ') } : {}), relation: 'mother', ...(phone ? { phone } : {}) }, ...page.representatives],
  };
}

function ordinalOf(page: TitlePage): number {
  return Number(page.policy?.number.split('_')[2] ?? 1);
}
