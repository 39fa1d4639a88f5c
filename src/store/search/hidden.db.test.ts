import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { openSearchDesk } from '../../../test/search-desk.ts';
import type { Access } from '../types.ts';

const desk = await openSearchDesk(await freshDatabase());
const { store, scope, put } = desk;

/** Sees every patient's name, of clinical data only what is Mine's. */
const doctor: Access = { name: 'doctor', rules: [{ types: ['Patient', 'Practitioner', 'List', 'Location'], patients: 'all', write: false }, { types: ['Observation', 'Condition', 'Encounter'], patients: ['mine'], write: false }] };

const loinc = 'http://loinc.org';
const observation = (id: string, patient: string, value: number, more: object = {}) => ({
  resourceType: 'Observation', id, status: 'final', code: { coding: [{ system: loinc, code: '8867-4' }] }, subject: { reference: `Patient/${patient}` },
  effectiveDateTime: '2026-11-01', valueQuantity: { value, unit: 'кг', system: 'http://unitsofmeasure.org', code: 'kg' }, ...more,
});

/** The world of the doctor's patient, and beside it everything about another that could show in an answer. */
const open = [{ resourceType: 'Patient', id: 'mine', name: [{ family: 'Своя' }] }, { resourceType: 'Patient', id: 'theirs', name: [{ family: 'Чужая' }] }, { resourceType: 'Practitioner', id: 'p' }, observation('o-1', 'mine', 70), observation('o-2', 'mine', 80)];
const secret = [
  observation('x-1', 'theirs', 75, { performer: [{ reference: 'Practitioner/p' }], hasMember: [{ reference: 'Observation/o-1' }], meta: { tag: [{ system: 'urn:t', code: 'rare' }] } }),
  { resourceType: 'Condition', id: 'x-2', subject: { reference: 'Patient/theirs' }, code: { coding: [{ system: 'urn:c', code: 'secret' }] }, encounter: { reference: 'Encounter/x-3' } },
  { resourceType: 'Encounter', id: 'x-3', status: 'finished', class: { code: 'AMB' }, subject: { reference: 'Patient/theirs' }, participant: [{ individual: { reference: 'Practitioner/p' } }] },
  { resourceType: 'List', id: 'list', status: 'current', mode: 'working', entry: [{ item: { reference: 'Observation/x-1' } }, { item: { reference: 'Observation/o-1' } }] },
];

const questions: readonly (readonly [string | undefined, string])[] = [
  ['Observation', ''],
  ['Observation', `code=${loinc}|8867-4&_total=accurate`],
  ['Observation', 'code=8867-4&_total=estimate&_sort=-date,value-quantity'],
  ['Observation', '_summary=count'],
  ['Observation', 'value-quantity=75||kg&_total=accurate'],
  ['Observation', 'value-quantity=75000|http://unitsofmeasure.org|g'],
  ['Observation', 'performer:missing=false'],
  ['Observation', 'performer:missing=true&_total=accurate'],
  ['Observation', '_sort=-value-quantity&_count=1'],
  ['Observation', '_sort=status&_count=1'],
  ['Observation', '_sort=_lastUpdated'],
  ['Observation', '_tag=urn:t|rare'],
  ['Observation', '_list=list'],
  ['Observation', '_content=кг'],
  ['Observation', 'subject:Patient.family=Чужая'],
  ['Observation', 'code-value-quantity=8867-4$75'],
  ['Observation', '_id=x-1,o-1'],
  ['Observation', '_id=o-1&_revinclude=Observation:has-member'],
  ['Observation', '_id=o-1&_revinclude=*'],
  ['Patient', '_has:Observation:patient:code=8867-4'],
  ['Patient', '_has:Condition:patient:code=urn:c|secret'],
  ['Patient', '_id=theirs&_revinclude=Observation:subject&_revinclude=Condition:patient'],
  ['Patient', '_id=theirs&_revinclude:iterate=*'],
  ['Practitioner', '_has:Encounter:participant:class=AMB'],
  ['Practitioner', '_has:Observation:performer:_has:Condition:subject:code=secret'],
  ['Condition', 'encounter.participant=Practitioner/p'],
  ['Condition', 'encounter:Encounter.class=AMB&_total=accurate'],
  [undefined, '_type=Observation,Condition,Encounter'],
  [undefined, '_tag=urn:t|rare&_total=accurate'],
  [undefined, '_type=Condition,Encounter&_lastUpdated=ge2020&_summary=count'],
];

/** All that an answer tells, over all of its pages. */
async function told(type: string | undefined, query: string): Promise<unknown> {
  const pages: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.search(scope(doctor), type, cursor === undefined ? query : `${query}&_cursor=${cursor}`);
    const names = (some: readonly { type: string; id: string }[]) => some.map((one) => `${one.type}/${one.id}`);
    pages.push([names(page.matches), names(page.included), page.total, page.next !== undefined]);
    cursor = page.next;
  } while (cursor !== undefined && pages.length < 10);
  return pages;
}

describe('what a caller may not see', () => {
  test('changes no answer: neither matches nor totals, orders, pages, chains, lists, includes nor the search of the system', async () => {
    await put(...open, { resourceType: 'List', id: 'list', status: 'current', mode: 'working', entry: [{ item: { reference: 'Observation/o-1' } }] });
    const before = new Map<string, unknown>();
    for (const [type, query] of questions) before.set(`${type}?${query}`, await told(type, query));
    await put(...secret);
    for (const [type, query] of questions) expect(await told(type, query), `${type}?${query}`).toEqual(before.get(`${type}?${query}`));
    // each of them does show to whoever may see it, so that the comparison means something
    const all = async (type: string | undefined, query: string) => (await store.search(scope(), type, query)).matches.length;
    expect(await all('Observation', '_tag=urn:t|rare')).toBe(1);
    expect(await all('Practitioner', '_has:Encounter:participant:class=AMB')).toBe(1);
    expect(await all(undefined, '_type=Condition,Encounter')).toBe(2);
  });

  test('nor does the compartment of somebody whom he treats together with others', async () => {
    const within = (owner: string, id: string, type: string | undefined, query = '') => desk.ids(type, query, { access: doctor, compartment: { owner, id } });
    expect(await within('Patient', 'mine', 'Observation')).toEqual(['o-1', 'o-2']);
    expect(await within('Patient', 'theirs', 'Observation')).toEqual([]);
    expect(await within('Patient', 'theirs', undefined)).toEqual(['Patient/theirs']);
    expect(await within('Practitioner', 'p', undefined)).toEqual(['Practitioner/p']);
    expect(await within('Encounter', 'x-3', 'Condition')).toEqual([]);
    expect(await desk.ids('Condition', '', { compartment: { owner: 'Encounter', id: 'x-3' } })).toEqual(['x-2']);
    expect(await desk.ids(undefined, '', { compartment: { owner: 'Practitioner', id: 'p' } })).toEqual(['Encounter/x-3', 'Observation/x-1', 'Practitioner/p'].toSorted((a, b) => order(a) - order(b)));
  });
});

/** Types come in the order of their numbers. */
function order(reference: string): number {
  return ['Encounter', 'Observation', 'Practitioner'].indexOf(reference.split('/')[0]!);
}
