import type { Ctx } from '../../access/context.ts';
import type { FoundPerson, MatchKind } from './contract.ts';
import { fromBarcode } from './card-number.ts';
import { halvesOf, slipsOf } from './near-name.ts';
import { addressText, asPatient, identifierOf, linksOf, officialName, personAnswer, phonesOf, systems, type StoredPatient } from './person.ts';
import { otherLayout, phoneSpellings, readSearch, type SearchWish } from './read-search.ts';

const most = 20;
const candidates = 300;

/**
 * Persons who fit what was typed, at most twenty, the likeliest first: name in any order, half typed or mistyped; birth date, phone, СНИЛС,
 * policy, card number or barcode, alone or beside each other. A merged card answers as the one it was merged into.
 */
export async function findPersons(ctx: Ctx, text: string): Promise<FoundPerson[]> {
  const found = await look(ctx, readSearch(fromBarcode(text), ctx.now));
  if (found.length > 0) return found;
  const turned = otherLayout(text);
  return turned === undefined ? [] : look(ctx, readSearch(turned, ctx.now));
}

async function look(ctx: Ctx, wish: SearchWish): Promise<FoundPerson[]> {
  const exact = exactQueries(wish);
  if (exact.length === 0) return [];
  let persons = await gather(ctx, exact);
  let ranked = rank(persons, wish);
  if (wish.words.length > 0 && !ranked.some(({ matched }) => matched.includes('name'))) {
    // From what an index answers to what has to be looked through, and no further than until somebody fits.
    for (const queries of nearQueries(wish)) {
      if (ranked.length > 0) break;
      persons = new Map([...persons, ...(await gather(ctx, queries))]);
      ranked = rank(persons, wish);
    }
  }
  return (await throughLinks(ctx, ranked)).slice(0, most);
}

const escaped = (value: string) => encodeURIComponent(value.replace(/[\\,|$]/g, '\\$&'));

/** Numbers each find alone; words and the birth date narrow each other. */
function exactQueries(wish: SearchWish): string[] {
  const { words, birthDate, snils, enp, card, phone } = wish;
  const identifiers = [snils && `${systems.snils}|${snils}`, enp && `${systems.enp}|${enp}`, card && `${systems.card}|${card}`].filter((one) => one !== undefined && one !== '');
  const queries = identifiers.length > 0 ? [`identifier=${identifiers.map((one) => encodeURIComponent(one!)).join(',')}`] : [];
  if (phone) queries.push(`phone=${phoneSpellings(phone).map(escaped).join(',')}`);
  const date = birthDate ? `&birthdate=${birthDate}` : '';
  if (words.length > 0) queries.push(`name=${escaped(words.join(' '))}${date}`);
  else if (birthDate) queries.push(`birthdate=${birthDate}`);
  return queries;
}

/**
 * Where a slip may hide, by stages. A birth date tells enough by itself. One slip leaves the first or the second half of a word whole: first
 * all first halves, which the index has in order; then each word in turn by its second half beside the others' first, at last every word by its second.
 */
function nearQueries({ words, birthDate }: SearchWish): string[][] {
  if (birthDate && birthDate.length > 4) return [[`birthdate=${birthDate}`]];
  const year = birthDate ? `&birthdate=${birthDate}` : '';
  const halves = words.map((word) => halvesOf(word));
  const beginnings = (except: number) => halves.flatMap(({ first }, at) => (at === except ? [] : [first])).join(' ');
  const hidden = halves.flatMap(({ second }, at) => {
    if (second === undefined) return [];
    const others = beginnings(at);
    return [`name:contains=${escaped(second)}${others ? `&name=${escaped(others)}` : ''}${year}`];
  });
  const seconds = halves.flatMap(({ second }) => (second === undefined ? [] : [`name:contains=${escaped(second)}`]));
  const all = seconds.length > 1 && seconds.length === halves.length ? [`${seconds.join('&')}${year}`] : [];
  return [[`name=${escaped(beginnings(-1))}${year}`], hidden, all].filter((stage) => stage.length > 0);
}

async function gather(ctx: Ctx, queries: readonly string[]): Promise<Map<string, StoredPatient>> {
  // A search has its candidates looked through before anything is shown: the journal notes the persons who are.
  const pages = await Promise.all(queries.map((query) => ctx.asSystem().store.search('Patient', `${query}&_count=${candidates}`)));
  return new Map(pages.flatMap(({ matches }) => matches.map((stored) => [stored.id, asPatient(stored)] as const)));
}

interface Ranked {
  patient: StoredPatient;
  matched: MatchKind[];
  score: number;
}

const weights: Readonly<Record<MatchKind, number>> = { snils: 100, enp: 100, card: 100, phone: 60, name: 40, 'name-near': 20, birthDate: 30, year: 10 };

function rank(persons: ReadonlyMap<string, StoredPatient>, wish: SearchWish): Ranked[] {
  return [...persons.values()]
    .flatMap((patient) => {
      const { matched, slips } = matchesOf(patient, wish);
      return matched.length === 0 ? [] : [{ patient, matched, score: matched.reduce((sum, kind) => sum + weights[kind], 0) - slips * 3 - (patient.active === false ? 5 : 0) }];
    })
    .sort((a, b) => b.score - a.score || nameKey(a.patient).localeCompare(nameKey(b.patient), 'ru') || (a.patient.id < b.patient.id ? -1 : 1));
}

function nameKey(patient: StoredPatient): string {
  const { family = '', given = [] } = officialName(patient);
  return [family, ...given].join(' ');
}

/** What fits. Words that were typed must all be found in the name unless a number was found. */
function matchesOf(patient: StoredPatient, wish: SearchWish): { matched: MatchKind[]; slips: number } {
  const matched: MatchKind[] = [];
  if (wish.snils && identifierOf(patient, systems.snils) === wish.snils) matched.push('snils');
  if (wish.enp && identifierOf(patient, systems.enp) === wish.enp) matched.push('enp');
  if (wish.card && identifierOf(patient, systems.card) === wish.card) matched.push('card');
  if (wish.phone && phonesOf(patient).includes(wish.phone)) matched.push('phone');
  const numbered = matched.length > 0;
  const slips = slipsOfName(patient, wish.words);
  if (wish.words.length > 0 && slips !== undefined) matched.push(slips === 0 ? 'name' : 'name-near');
  if (wish.birthDate && patient.birthDate?.startsWith(wish.birthDate)) matched.push(wish.birthDate.length === 4 ? 'year' : 'birthDate');
  const nameFits = wish.words.length === 0 || slips !== undefined;
  const dateFits = !wish.birthDate || matched.includes('birthDate') || matched.includes('year');
  return numbered || (nameFits && dateFits) ? { matched, slips: slips ?? 0 } : { matched: [], slips: 0 };
}

/** Slips over all typed words, each beside another word of one of the names; undefined where a word has none. */
function slipsOfName(patient: StoredPatient, words: readonly string[]): number | undefined {
  const least = (patient.name ?? []).flatMap((name) => {
    const free = [name.family, ...(name.given ?? [])].flatMap((part) => (part ? part.split(/[\s-]+/) : []));
    let sum = 0;
    for (const word of words.flatMap((one) => one.split('-'))) {
      const best = free.map((part, at) => ({ at, slips: slipsOf(word, part) })).filter(({ slips }) => slips !== undefined).sort((a, b) => a.slips! - b.slips!)[0];
      if (!best) return [];
      sum += best.slips!;
      free.splice(best.at, 1);
    }
    return [sum];
  });
  return least.length > 0 ? Math.min(...least) : undefined;
}

async function throughLinks(ctx: Ctx, ranked: readonly Ranked[]): Promise<FoundPerson[]> {
  const shown = ranked.slice(0, most * 2);
  const mains = shown.flatMap(({ patient }) => linksOf(patient).replacedBy.slice(0, 1).map((id) => `Patient/${id}`));
  const wanted = new Set([...shown.slice(0, most).map(({ patient }) => `Patient/${patient.id}`), ...mains]);
  // Read in the caller's own name: what he may not see is absent, and the journal knows whom he was shown.
  const read = new Map((await ctx.store.readMany([...wanted])).map((stored) => [stored.id, asPatient(stored)]));
  const clinics = await clinicNames(ctx, [...read.values()]);
  const answers = new Map<string, FoundPerson>();
  for (const { patient, matched } of shown) {
    const [main] = linksOf(patient).replacedBy;
    const person = read.get(main ?? patient.id);
    if (!person) continue;
    const known = answers.get(person.id);
    if (known) known.matched = [...new Set([...known.matched, ...matched])];
    else answers.set(person.id, foundPerson(person, clinics, matched, main === undefined ? undefined : identifierOf(patient, systems.card) ?? ''));
  }
  return [...answers.values()];
}

async function clinicNames(ctx: Ctx, patients: readonly StoredPatient[]): Promise<ReadonlyMap<string, string | undefined>> {
  const references = new Set(patients.flatMap(({ managingOrganization }) => managingOrganization?.reference ?? []));
  return new Map((await ctx.store.readMany([...references])).map((stored) => [`Organization/${stored.id}`, (JSON.parse(stored.content) as { name?: string }).name]));
}

function foundPerson(patient: StoredPatient, clinics: ReadonlyMap<string, string | undefined>, matched: MatchKind[], through: string | undefined): FoundPerson {
  return {
    ...personAnswer(patient),
    card: identifierOf(patient, systems.card),
    district: patient.extension?.find(({ url }) => url === 'urn:karta:district')?.valueString,
    clinic: clinics.get(patient.managingOrganization?.reference ?? ''),
    address: addressText(patient),
    matched,
    through,
  };
}
