import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle, CodeSystem, Parameters, ValueSet } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../../test/harness.ts';
import { openTerminologyApi, propertyOf, valueOf } from '../../test/terminology-api.ts';
import { codeLookup } from './code-lookup.ts';
import { findDictionaryFiles, readDictionaryFiles } from './read-dictionary-files.ts';

const reference = join(process.env.KARTA_REFERENCE ?? join(import.meta.dirname, '../../../shared/data'), 'nsi');
const nsi = (number: string) => `urn:oid:1.2.643.5.1.13.13.${number}`;
const icd10 = nsi('11.1005');

describe.skipIf(!existsSync(reference))('all official dictionaries at hand', async () => {
  const database = await freshDatabase();
  const api = await openTerminologyApi(database);
  const { ask } = api;
  const expand = (query: Record<string, string | string[]>) => ask<ValueSet>('ValueSet', 'expand', query);
  const codes = (valueSet: ValueSet) => valueSet.expansion?.contains?.map(({ code }) => code) ?? [];
  let imported: { code: number; lines: string[] };
  beforeAll(async () => {
    imported = await api.importFrom(reference);
  }, 120_000);

  test('each comes in as a versioned CodeSystem with as many concepts as its passport counts rows', async () => {
    expect(imported.code, imported.lines.at(-1)).toBe(0);
    const files = await findDictionaryFiles([reference]);
    expect(files.length).toBeGreaterThanOrEqual(138);
    expect(imported.lines.at(-1)).toContain(`imported: ${files.length}`);
    const stored = (await api.send('GET', '/CodeSystem?_count=1000&_elements=url,version,count,content')).json<Bundle<CodeSystem>>().entry!.map(({ resource }) => resource!);
    const counts = new Map(stored.map(({ url, version, count }) => [`${url}|${version}`, count]));
    const rows = await database.query<{ name: string; rows: number }>(`select 'urn:oid:' || oid || '|' || version as name, count(distinct code)::int as rows from concept group by 1`);
    const written = new Map(rows.map((row) => [row.name, row.rows]));
    for (const file of files) {
      const { passport, oid } = await readDictionaryFiles({ ...file, parts: [] });
      const name = `urn:oid:${oid}|${passport.version}`;
      expect([counts.get(name), written.get(name)], name).toEqual([passport.rowsCount, passport.rowsCount]);
    }
    expect(stored.length).toBe(files.length);
  });

  test('coming again they change nothing', async () => {
    const again = await api.importFrom(join(reference, '1.2.643.5.1.13.13.11.1066_5.4_passport.json.gz'));
    expect(again).toMatchObject({ code: 0, lines: [expect.stringContaining('already imported'), expect.stringContaining('imported: 0')] });
    expect((await api.send('GET', '/CodeSystem/nsi-1.2.643.5.1.13.13.11.1066-5.4')).json<CodeSystem>().meta!.versionId).toBe('1');
  });

  test('МКБ-10 has its hierarchy: class, blocks, rubric, subrubric', async () => {
    const outcome = async (codeA: string, codeB: string) => valueOf(await ask('CodeSystem', 'subsumes', { system: icd10, codeA, codeB }), 'outcome');
    expect([await outcome('IX', 'I11.9'), await outcome('I10-I15', 'I11.9'), await outcome('I11.9', 'I11'), await outcome('I11', 'J11')]).toEqual(['subsumes', 'subsumes', 'subsumed-by', 'not-subsumed']);
    const looked = await ask('CodeSystem', 'lookup', { system: icd10, code: 'I11' });
    expect([propertyOf(looked, 'parent'), propertyOf(looked, 'child')]).toEqual([['I10-I15'], ['I11.0', 'I11.9']]);
    expect(codes(await expand({ url: `${icd10}?fhir_vs=isa/I11` }))).toEqual(['I11', 'I11.0', 'I11.9']);
    expect((await expand({ url: `${icd10}?fhir_vs`, count: '0' })).expansion!.total).toBe(15_038);
  });

  test.each([
    ['гипертоническая бол', 'I11.9'], ['гиперотния', 'I10'], ['ГБ', 'I11.9'], ['ИБС', 'I25.1'], ['ОРВИ', 'J06.9'], ['СД 2', 'E11.9'], ['ХОБЛ', 'J44.8'], ['пневмания', 'J18.9'], ['ujkjdyfz ,jkm', 'R51'], ['и11.9', 'I11.9'], ['i119', 'I11.9'],
  ])('$expand of МКБ-10 understands «%s»', async (filter, code) => {
    expect(codes(await expand({ url: `${icd10}?fhir_vs`, filter, count: '3' }))).toContain(code);
  });

  test('typed words are paged too, and heard inside a part of МКБ-10', async () => {
    const pages = await Promise.all([0, 5, 10].map((offset) => expand({ url: `${icd10}?fhir_vs`, filter: 'пневмония', offset: String(offset), count: '5' })));
    const all = pages.flatMap(codes);
    expect(new Set(all).size).toBe(15);
    expect(new Set(pages.map(({ expansion }) => expansion!.total)).size).toBe(1);
    expect(pages[0]!.expansion!.contains![0]).toMatchObject({ system: icd10, version: '2.24' });
    const inBlock = codes(await expand({ url: `${icd10}?fhir_vs=isa/J09-J18`, filter: 'пневмония' }));
    expect(inBlock).toContain('J18.9');
    expect(inBlock.filter((code) => !/^J(09|1[0-8])/.test(code!))).toEqual([]);
  });

  test('other dictionaries answer words, codes and slips from the database', async () => {
    const services = { url: `${nsi('11.1070')}?fhir_vs`, count: '5' };
    expect(codes(await expand({ ...services, filter: 'общий клинический анализ крови' }))).toContain('B03.016.002');
    expect(codes(await expand({ ...services, filter: 'B03.016.002' }))[0]).toBe('B03.016.002');
    expect(codes(await expand({ url: `${nsi('11.1066')}?fhir_vs`, filter: 'кардеология', count: '5' })).length).toBeGreaterThan(0);
    expect(codes(await expand({ ...services, filter: 'щщщъъъ' }))).toEqual([]);
    const posts = await expand({ url: `${nsi('11.1002')}?fhir_vs`, activeOnly: 'true', count: '1000' });
    expect(posts.expansion!.contains!.some(({ abstract }) => abstract)).toBe(true);
    expect(posts.expansion!.contains!.some(({ inactive }) => inactive)).toBe(false);
  });

  test('filters read the columns of the passport', async () => {
    const valueSet = { resourceType: 'ValueSet', status: 'active', compose: { include: [{ system: nsi('11.1080'), filter: [{ property: 'SPECIMEN', op: '=', value: 'Моча' }, { property: 'SCALETYPE', op: 'in', value: 'Количественная, количественная' }, { property: 'LOINC', op: 'regex', value: '\\d+-\\d' }] }] } };
    const answer = (await api.send('POST', '/ValueSet/$expand?count=10', valueSet)).json<ValueSet>();
    expect(answer.expansion!.total).toBeGreaterThan(100);
    const looked = await ask('CodeSystem', 'lookup', { system: nsi('11.1080'), code: codes(answer)[0]! });
    expect([propertyOf(looked, 'SPECIMEN'), propertyOf(looked, 'LOINC')]).toEqual([['Моча'], [expect.stringMatching(/^\d+-\d$/)]]);
  });

  test('versions stand beside each other; an older OID of a dictionary still finds it', async () => {
    const display = async (system: string, version?: string) => valueOf(await ask('CodeSystem', 'lookup', { system, code: 'N', ...(version && { version }) }), 'display');
    expect([await display(nsi('99.2.285')), await display(nsi('11.1116')), await display(nsi('11.1116'), '1.1')]).toEqual(['Обычный', 'обычный', 'обычный']);
    const old = await ask('CodeSystem', 'lookup', { system: 'urn:oid:1.2.643.5.1.13.2.1.1.641', code: 'I10' });
    expect(valueOf(old, 'display')).toBe('Эссенциальная [первичная] гипертензия');
    expect(valueOf(await ask('CodeSystem', 'validate-code', { url: icd10, version: '9.9', code: 'I10' }), 'result')).toBe(false);
  });

  test('the codes of real federal documents are in their dictionaries', async () => {
    const used: [string, string][] = [['11.1006', '1'], ['11.1034', '3'], ['11.1070', 'B01.015.001'], ['11.1358', '50'], ['11.1522', '86'], ['99.2.166', '8038'], ['99.2.197', 'DOCINFO'], ['99.2.206', '77'], ['99.2.285', 'N'], ['99.2.541', '1.00000.0216'], ['99.2.611', '21.20.10.148-000014-1-00206-0000000000000'], ['99.2.726', '50']];
    for (const [number, code] of used) expect(valueOf(await ask('CodeSystem', 'validate-code', { url: nsi(number), code }), 'result'), `${number} ${code}`).toBe(true);
  });

  test('$translate follows the columns that lead to other systems, both ways', async () => {
    const concepts = (answer: Parameters) => answer.parameter!.filter(({ name }) => name === 'match').map(({ part }) => part!.find(({ name }) => name === 'concept')!.valueCoding!);
    const loinc = concepts(await ask('ConceptMap', 'translate', { system: nsi('11.1080'), code: '1201557', targetsystem: 'http://loinc.org' }));
    expect(loinc).toEqual([{ system: 'http://loinc.org', code: '86621-0' }]);
    const back = concepts(await ask('ConceptMap', 'translate', { url: `${nsi('11.1080')}?fhir_cm=LOINC`, system: 'http://loinc.org', code: '86621-0', reverse: 'true' }));
    expect(back[0]).toMatchObject({ system: nsi('11.1080'), code: '1201557' });
    const service = concepts(await ask('ConceptMap', 'translate', { system: nsi('11.1080'), code: '1201466', targetsystem: nsi('11.1070') }));
    expect(service[0]).toMatchObject({ system: nsi('11.1070'), code: 'A26.30.004', display: expect.any(String) });
    expect(valueOf(await ask('ConceptMap', 'translate', { system: nsi('11.1080'), code: '1201540', targetsystem: 'http://loinc.org' }), 'result')).toBe(false);
  });

  test('a search asks it for the members of a value set and for what stands above and below a code', async () => {
    const lookup = codeLookup(() => api.definitions);
    expect(await lookup.below(icd10, 'I11')).toEqual(['I11', 'I11.0', 'I11.9']);
    expect(await lookup.above(icd10, 'I11.9')).toEqual(expect.arrayContaining(['I11.9', 'I11', 'I10-I15', 'IX']));
    expect(await lookup.below('urn:nobody:knows', 'x')).toEqual(['x']);
    expect(await lookup.members('http://hl7.org/fhir/ValueSet/administrative-gender')).toContainEqual({ system: 'http://hl7.org/fhir/administrative-gender', code: 'male' });
    expect(await lookup.members('urn:nobody:knows')).toBeUndefined();
    expect((await lookup.members(`${icd10}?fhir_vs=isa/I10-I15`))!.length).toBeGreaterThan(10);
  });
});
