import type { Ctx } from '../../access/context.ts';
import type { DoubleAnswer, PartialPage } from './contract.ts';
import { likely, likenessOf, reasonWords, type Identity, type Likeness } from './doubles.ts';
import { addressText, asPatient, identifierOf, officialName, personAnswer, phonesOf, systems, type StoredPatient } from './person.ts';
import { phoneSpellings } from './read-search.ts';

const usual = 10;
const candidates = 200;

export interface Double {
  patient: StoredPatient;
  likeness: Likeness;
}

/** Cards that are likely the same person, the likeliest first. `except`: ids that are known to be meant or to be others. */
export async function searchDoubles(ctx: Ctx, page: PartialPage, except: readonly string[] = [], most = usual): Promise<Double[]> {
  const wanted = identityOfPage(page);
  const store = ctx.asSystem().store;
  const pages = await Promise.all(queriesFor(page).map(([type, query]) => store.search(type, `${query}&_count=${candidates}`)));
  const found = new Map(pages.flatMap(({ matches }) => matches.filter(({ type }) => type === 'Patient').map((stored) => [stored.id, asPatient(stored)] as const)));
  // A newborn's number stands in the Coverage alone.
  const covered = pages.flatMap(({ matches }) => matches.filter(({ type }) => type === 'Coverage').map(({ content }) => JSON.parse(content) as { beneficiary?: { reference?: string }; subscriberId?: string }));
  const policies = new Map(covered.map(({ beneficiary, subscriberId }) => [beneficiary?.reference?.slice('Patient/'.length) ?? '', subscriberId]));
  for (const stored of await store.readMany([...policies.keys()].filter((id) => id !== '' && !found.has(id)).map((id) => `Patient/${id}`))) found.set(stored.id, asPatient(stored));
  return [...found.values()]
    .filter(({ id, link }) => !except.includes(id) && !link?.some(({ type }) => type === 'replaced-by'))
    .map((patient) => ({ patient, likeness: likenessOf(wanted, identityOfPatient(patient, policies.get(patient.id))) }))
    .filter(({ likeness }) => likeness.score >= likely)
    .sort((a, b) => b.likeness.score - a.likeness.score || (a.patient.id < b.patient.id ? -1 : 1))
    .slice(0, most);
}

/** The same, as the desk is shown it while it types. */
export async function findDoubles(ctx: Ctx, page: PartialPage, except: readonly string[] = []): Promise<DoubleAnswer[]> {
  const doubles = await searchDoubles(ctx, page, except);
  const seen = new Set((await ctx.store.readMany(doubles.map(({ patient }) => `Patient/${patient.id}`))).map(({ id }) => id));
  return doubles.filter(({ patient }) => seen.has(patient.id)).map(({ patient, likeness }) => ({
    ...personAnswer(patient),
    card: identifierOf(patient, systems.card),
    address: addressText(patient),
    score: likeness.score,
    same: likeness.same,
    reasons: reasonWords(likeness.reasons, ctx.language),
  }));
}

const escaped = (value: string) => encodeURIComponent(value.replace(/[\\,|$]/g, '\\$&'));

function queriesFor(page: PartialPage): ['Patient' | 'Coverage', string][] {
  const identity = identityOfPage(page);
  const numbers = [
    identity.snils && `${systems.snils}|${identity.snils}`,
    identity.enp && `${systems.enp}|${identity.enp}`,
    identity.document && `${page.document?.kind === 'passport' ? systems.passport : systems.document}|${identity.document}`,
    identity.document && page.document?.kind === 'passport' && `${systems.passport}|${identity.document.replace(/\s/g, '')}`,
  ].filter((one): one is string => Boolean(one));
  const queries: ['Patient' | 'Coverage', string][] = [];
  if (numbers.length > 0) queries.push(['Patient', `identifier=${numbers.map(encodeURIComponent).join(',')}`]);
  // All children of this birth: a twin is told by his number.
  const [mother, born] = identity.enp?.split('_') ?? [];
  if (born) queries.push(['Coverage', `identifier=${Array.from({ length: 9 }, (_, at) => encodeURIComponent(`${systems.enp}|${mother}_${born}_${at + 1}`)).join(',')}`]);
  if (page.birthDate) queries.push(['Patient', `birthdate=${page.birthDate}`]);
  // Another birth date by a slip: the same name, letter by letter.
  if (page.family && page.given) queries.push(['Patient', `name=${escaped([page.family, page.given, page.patronymic].filter(Boolean).join(' '))}`]);
  const phones = identity.phones ?? [];
  if (phones.length > 0 && page.family) queries.push(['Patient', `phone=${phones.flatMap(phoneSpellings).map(escaped).join(',')}`]);
  return queries;
}

export function identityOfPage(page: PartialPage): Identity {
  const { family, given, patronymic, sex, birthDate, document } = page;
  const home = page.registered ?? page.living;
  return {
    family, given, patronymic, sex, birthDate,
    snils: page.snils?.replace(/\D/g, '') || undefined,
    enp: page.policy?.kind === 'enp' ? page.policy.number.replace(/\D/g, '') : page.policy?.number,
    document: document ? [document.series?.replace(/\s/g, ''), document.number].filter(Boolean).join(' ') : undefined,
    phones: (page.phones ?? []).map(({ number }) => number.replace(/\D/g, '').slice(-10)).filter((digits) => digits.length === 10),
    address: home && [home.region, home.city, home.line].filter(Boolean).join(', '),
  };
}

export function identityOfPatient(patient: StoredPatient, policy: string | undefined): Identity {
  const { family, given = [] } = officialName(patient);
  return {
    family, given: given[0], patronymic: given.slice(1).join(' ') || undefined, sex: patient.gender, birthDate: patient.birthDate,
    snils: identifierOf(patient, systems.snils), enp: policy ?? identifierOf(patient, systems.enp),
    document: identifierOf(patient, systems.passport) ?? identifierOf(patient, systems.document),
    phones: phonesOf(patient), address: addressText(patient),
  };
}
