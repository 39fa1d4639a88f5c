import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { openSearchDesk } from '../../../test/search-desk.ts';
import type { SearchOptions } from '../types.ts';

const { store, scope, put, ids, refusal } = await openSearchDesk(await freshDatabase());

async function pages(type: string | undefined, query: string, options: SearchOptions = {}, between: () => Promise<void> = async () => undefined): Promise<string[][]> {
  const all: string[][] = [];
  let cursor: string | undefined;
  do {
    const sealed = cursor?.startsWith('s.') ?? false;
    const page = await store.search(scope(), type, cursor === undefined ? query : sealed ? `_cursor=${cursor}` : `${query}&_cursor=${cursor}`, options);
    all.push(page.matches.map(({ id }) => id));
    cursor = page.next;
    await between();
  } while (cursor !== undefined && all.length < 50);
  return all;
}

const person = (id: string, more: object) => ({ resourceType: 'Patient', id, ...more });

describe('pages', () => {
  test('hold everything once, in the order of any keys, also of those without a value', async () => {
    const people = [
      person('s-1', { name: [{ family: 'Яковлева' }], gender: 'female', birthDate: '1990-01-01' }),
      person('s-2', { name: [{ family: 'Жукова' }], gender: 'male', birthDate: '1980' }),
      person('s-3', { name: [{ family: 'Громов' }], birthDate: '1980-05-05' }),
      person('s-4', { name: [{ family: 'Воронов' }, { family: 'Ёлкин' }], gender: 'male' }),
      person('s-5', { gender: 'female', birthDate: '1990-01-01' }),
    ];
    await put(...people);
    for (const [sort, expected] of [
      ['family', 's-4 s-3 s-2 s-1 s-5'],
      ['-family', 's-1 s-2 s-4 s-3 s-5'],
      ['birthdate', 's-2 s-3 s-1 s-5 s-4'],
      ['-birthdate,-_id', 's-5 s-1 s-3 s-2 s-4'],
      ['gender,family', 's-1 s-5 s-4 s-2 s-3'],
      ['-gender,birthdate', 's-2 s-4 s-1 s-5 s-3'],
      ['_id', 's-1 s-2 s-3 s-4 s-5'],
      ['-_id', 's-5 s-4 s-3 s-2 s-1'],
      ['_lastUpdated,-_id', 's-5 s-4 s-3 s-2 s-1'],
    ] as const) {
      for (const size of [1, 2, 5]) expect((await pages('Patient', `_sort=${sort}&_count=${size}`)).flat().join(' '), `${sort} by ${size}`).toBe(expected);
    }
    expect(await refusal('Patient', '_sort=favourite-colour')).toBe('store.unknown-parameter');
  });

  test('hold once what has the same date several times', async () => {
    const twice = '2024-02-29T10:00:00.500Z';
    const taken = (id: string, event: readonly string[]) => ({ resourceType: 'MedicationRequest', id, status: 'active', intent: 'order', medicationCodeableConcept: { text: 'йод' }, subject: { reference: 'Patient/s-1' }, ...(event.length > 0 && { dosageInstruction: [{ timing: { event } }] }) });
    await put(taken('d-1', [twice, twice, '2024-03-01']), taken('d-2', ['2024', '2024-01-01', '2024-01']), taken('d-3', []));
    for (const [sort, expected] of [['date', 'd-2 d-1 d-3'], ['-date', 'd-1 d-2 d-3']]) {
      for (const size of [1, 2, 5]) expect((await pages('MedicationRequest', `_sort=${sort}&_count=${size}`)).flat().join(' '), `${sort} by ${size}`).toBe(expected);
    }
  });

  test('lose and repeat nothing that stays, while others write', async () => {
    const stays = Array.from({ length: 40 }, (_, at) => ({ resourceType: 'Basic', id: `b-${String(at).padStart(2, '0')}`, code: { text: 'x' }, created: '2026-11-01' }));
    await put(...stays);
    let more = 0;
    const between = () => put({ resourceType: 'Basic', id: `b-${String(more).padStart(2, '0')}-new`, code: { text: 'x' }, created: '2026-11-01' }, { resourceType: 'Basic', id: `b-${39 - more++}-new`, code: { text: 'x' }, created: '2026-11-02' });
    for (const query of ['created=2026-11-01&_count=7', '_sort=-created&_count=7', '_sort=_lastUpdated&_count=7']) {
      const seen = (await pages('Basic', query, {}, between)).flat().filter((id) => !id.endsWith('-new'));
      expect(seen.toSorted(), query).toEqual(stays.map(({ id }) => id));
    }
  });

  test('by name go by the number of the row, through a change of the name as well; a link of before goes on by id', async () => {
    const named = (at: number, given: string) => person(`r-${String(at).padStart(2, '0')}`, { name: [{ family: 'Рядов', given: [given] }] });
    const all = Array.from({ length: 30 }, (_, at) => named(at, at % 3 === 0 ? 'Пётр' : 'Павел'));
    await put(...all);
    let at = 0;
    const between = () => put(named(at, at % 3 === 0 ? 'Пётр Иванович' : 'Анна Павловна'), named(100 + at, 'Павел'), named(++at, at % 3 === 0 ? 'Я. Пётр' : 'Павел'));
    for (const query of ['name=рядов&_count=4', 'name=petr ryadov&_count=3', 'family=ряд&given=пётр,пав&_count=7']) {
      at = 0;
      const seen = (await pages('Patient', query, {}, between)).flat().filter((id) => id.length === 4);
      expect(seen.toSorted(), query).toEqual(all.map(({ id }) => id).filter((id) => !query.includes('petr') || Number(id.slice(2)) % 3 === 0));
    }
    const before = Buffer.from(JSON.stringify(['r-26'])).toString('base64url');
    expect(await ids('Patient', `name=рядов&_cursor=${before}&_id=r-25,r-26,r-27,r-28,r-29`)).toEqual(['r-27', 'r-28', 'r-29']);
    for (const row of ['x', '1; drop', '-1', 5]) expect(await refusal('Patient', `name=рядов&_cursor=${Buffer.from(JSON.stringify({ row })).toString('base64url')}`)).toBe('store.bad-cursor');
  });

  test('of a search whose criteria must not stand in a URL carry them sealed', async () => {
    await put(...Array.from({ length: 5 }, (_, at) => person(`n-${at}`, { name: [{ family: 'Тайнова' }] })));
    const found = await pages('Patient', 'family=Тайнова&_count=2', { sealed: true });
    expect([found.map(({ length }) => length), found.flat().toSorted()]).toEqual([[2, 2, 1], ['n-0', 'n-1', 'n-2', 'n-3', 'n-4']]);
    const { next = '' } = await store.search(scope(), 'Patient', 'family=Тайнова&_count=2', { sealed: true });
    expect(Buffer.from(next.slice(2), 'base64url').toString('latin1')).not.toContain('family');
    const damaged = next.slice(0, -3) + (next.endsWith('AAA') ? 'BBB' : 'AAA');
    expect(await refusal('Patient', `_cursor=${damaged}`)).toBe('store.bad-cursor');
    const tomorrow = { ...scope(), now: new Date(Date.now() + 25 * 3_600_000) };
    await expect(store.search(tomorrow, 'Patient', `_cursor=${next}`)).rejects.toMatchObject({ code: 'store.bad-cursor' });
  });
});

describe('an answer', () => {
  test('says what was done: what a lenient search left out, the count that was used', async () => {
    const lenient = await store.search(scope(), 'Patient', 'favourite-colour=red&_id=n-1&_count=5000', { handling: 'lenient' });
    expect([lenient.matches.length, lenient.self]).toEqual([1, '_id=n-1&_count=1000']);
    expect(lenient.ignored.map(({ parameter, problem }) => [parameter, problem.code])).toEqual([['favourite-colour', 'store.unknown-parameter']]);
    expect(await refusal('Patient', 'favourite-colour=red')).toBe('store.unknown-parameter');
    expect(await refusal('Patient', 'birthdate:below=2000', { handling: 'lenient' })).toBe('store.bad-modifier');
  });

  test('holds the part that is asked for, whole in itself and marked', async () => {
    await put({ resourceType: 'Patient', id: 'part', name: [{ family: 'Частная' }], gender: 'female', contact: [{ name: { text: 'x' } }], photo: [{ contentType: 'image/png', data: 'AAAA' }], text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' }, link: [{ other: { reference: 'Patient/n-1' }, type: 'seealso' }] });
    const one = async (query: string) => JSON.parse((await store.search(scope(), 'Patient', `_id=part&${query}`)).matches[0]!.content) as Record<string, unknown> & { meta: { tag?: unknown[] } };
    const members = async (query: string) => Object.keys(await one(query)).toSorted().join(' ');
    expect(await members('_summary=true')).toBe('gender id link meta name resourceType');
    expect(await members('_summary=text')).toBe('id meta resourceType text');
    expect(await members('_summary=data')).toBe('contact gender id link meta name photo resourceType');
    expect(await members('_elements=gender')).toBe('gender id meta resourceType');
    expect((await one('_elements=gender')).meta.tag).toEqual([{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }]);
    expect((await one('_summary=false')).meta.tag).toBeUndefined();
    const text = '{"resourceType":"Observation","id":"digits","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00}}';
    await store.write(scope(), [{ method: 'update', resource: JSON.parse(text), text }]);
    const { content } = (await store.search(scope(), 'Observation', '_id=digits&_elements=value')).matches[0]!;
    expect(content).toContain('1.00');
    expect(content).toContain('"status"');
  });

  test('spans types by what they have in common', async () => {
    const subject = { reference: 'Patient/span' };
    await put(person('span', {}), { resourceType: 'Observation', id: 'sp-1', status: 'final', code: { text: 'x' }, subject, meta: { tag: [{ system: 'urn:t', code: 'span' }] } }, { resourceType: 'Condition', id: 'sp-2', subject });
    expect(await ids(undefined, '_type=Observation,Condition&patient=Patient/span')).toEqual(['Condition/sp-2', 'Observation/sp-1']);
    expect(await ids(undefined, '_tag=urn:t|span')).toEqual(['Observation/sp-1']);
    expect(await ids(undefined, '_id=span,sp-2&_sort=-_id')).toEqual(['Patient/span', 'Condition/sp-2']);
    expect(await refusal(undefined, '_type=Observation,Patient&patient=Patient/span')).toBe('store.unknown-parameter');
    expect((await pages(undefined, '_type=Observation,Condition,Patient&_count=2')).flat().length).toBeGreaterThan(10);
  });

  test('is refused with the limit named where it would cost too much', async () => {
    const inList = Array.from({ length: 1001 }, (_, at) => `x${at}`).join(',');
    expect(await refusal('Patient', `identifier=${inList}`)).toBe('store.too-many-values');
    expect(await refusal('Patient', `${'link:Patient.'.repeat(12)}family=x`)).toBe('store.chain-too-long');
  });
});
