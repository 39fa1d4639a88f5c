import type { Bundle, OperationOutcome, Parameters, Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { openFhirApi } from '../../../test/fhir-api.ts';
import { freshDatabase } from '../../../test/harness.ts';
import { validateResource } from '../../fhir/index.ts';
import { patientOperations } from './index.ts';

const api = await openFhirApi(await freshDatabase(), { operations: patientOperations });
const { send } = api;
const snils = (value: string) => ({ system: 'urn:identity:snils:Patient', value });
const person = (extra: object = {}) => ({ resourceType: 'Patient' as const, name: [{ family: 'Воробьёва', given: ['Анна', 'Сергеевна'] }], gender: 'female', birthDate: '1984-07-19', ...extra });
const create = async (resource: object & { resourceType: string }) => (await send('POST', `/${resource.resourceType}`, resource)).json<Patient>().id!;
const parameters = (...parameter: object[]) => ({ resourceType: 'Parameters', parameter });
const card = (name: string, id: string) => ({ name, valueReference: { reference: `Patient/${id}` } });
const codeOf = (answer: { body: string }) => (JSON.parse(answer.body) as OperationOutcome).issue[0]!.details?.coding?.[0]!.code;

describe('$match', () => {
  const match = async (...parameter: object[]) => {
    const answer = await send('POST', '/Patient/$match', parameters(...parameter));
    expect(answer.statusCode, answer.body).toBe(200);
    const bundle = answer.json<Bundle>();
    expect(validateResource(bundle)).toEqual([]);
    return (bundle.entry ?? []).map(({ resource, search }) => ({ id: resource!.id, score: search!.score, grade: search!.extension![0]!.valueCode }));
  };

  it('finds likely cards with how likely they are, the certain one alone where it is asked for', async () => {
    const same = await create(person({ identifier: [snils('11223344595')] }));
    const near = await create(person({ name: [{ family: 'Воробьева', given: ['Анна', 'Сергевна'] }] }));
    await create(person({ name: [{ family: 'Орлов', given: ['Пётр', 'Ильич'] }], birthDate: '1950-01-01', gender: 'male' }));
    const asked = { name: 'resource', resource: person({ identifier: [snils('11223344595')] }) };
    expect(await match(asked)).toEqual([{ id: same, score: 1, grade: 'certain' }, { id: near, score: 0.58, grade: 'possible' }]);
    expect((await match(asked, { name: 'count', valueInteger: 1 })).map(({ id }) => id)).toEqual([same]);
    expect((await match(asked, { name: 'onlyCertainMatches', valueBoolean: true })).map(({ id }) => id)).toEqual([same]);
    expect(await match({ name: 'resource', resource: person() }, { name: 'onlyCertainMatches', valueBoolean: true })).toEqual([]);
    const open = api.caller.access;
    api.caller.access = { name: 'doctor', rules: [{ types: ['Patient'], patients: [near], write: false }] };
    try {
      expect((await match(asked)).map(({ id }) => id)).toEqual([near]);
    } finally {
      api.caller.access = open;
    }
  });

  it('refuses what is no patient', async () => {
    expect(codeOf(await send('POST', '/Patient/$match', { resourceType: 'Group', type: 'person', actual: true }))).toBe('patients.match-whom');
    expect((await send('POST', '/Patient/$match', parameters({ name: 'resource', resource: { resourceType: 'Patient', name: 'Анна' } }))).statusCode).toBe(422);
    expect((await send('GET', '/Patient/$match')).statusCode).toBe(404);
  });
});

describe('$merge', () => {
  it('shows first, merges without rewriting, and is taken back with what was written meanwhile', async () => {
    const [target, source] = [await create(person({ identifier: [snils('22233344405')] })), await create(person())];
    const asked = [card('source-patient', source), { name: 'target-patient-identifier', valueIdentifier: snils('22233344405') }];
    const preview = await send('POST', '/Patient/$merge', parameters(...asked, { name: 'preview', valueBoolean: true }));
    expect(preview.statusCode, preview.body).toBe(200);
    expect((preview.json<Parameters>().parameter!.find(({ name }) => name === 'result')!.resource as Patient).link).toMatchObject([{ type: 'replaces', other: { reference: `Patient/${source}` } }]);
    expect((await send('GET', `/Patient/${source}`)).headers.etag).toBe('W/"1"');

    const merged = await send('POST', '/Patient/$merge', parameters(...asked));
    expect(validateResource(merged.json())).toEqual([]);
    expect(merged.json<Parameters>().parameter!.map(({ name }) => name)).toEqual(['input', 'outcome', 'result']);
    expect((await send('GET', `/Patient/${source}`)).json<Patient>()).toMatchObject({ active: false, link: [{ type: 'replaced-by', other: { reference: `Patient/${target}` } }] });
    const flag = await create({ resourceType: 'Flag', status: 'active', code: { text: 'Слабый слух' }, subject: { reference: `Patient/${target}` } } as never);
    expect(JSON.parse((await send('GET', `/Patient/${target}/$everything`)).body)).toMatchObject({ total: 3 });

    const apart = await send('POST', '/Patient/$unmerge', parameters(card('source-patient', source), card('target-patient', target)));
    expect(apart.statusCode, apart.body).toBe(200);
    expect(apart.json<Parameters>().parameter!.filter(({ name }) => name === 'written-since').map(({ part }) => part![0]!.valueReference!.reference)).toEqual([`Flag/${flag}`]);
    expect((await send('GET', `/Patient/${source}`)).json<Patient>()).toMatchObject({ active: true });
    expect((await send('GET', `/Patient/${target}`)).json<Patient>().link).toBeUndefined();
  });

  it.each([
    ['no second card', [card('source-patient', 'a')], 'patients.merge-whom'],
    ['an identifier of nobody', [card('source-patient', 'a'), { name: 'target-patient-identifier', valueIdentifier: snils('0') }], 'patients.merge-whom'],
    ['a card with itself', [card('source-patient', 'a'), card('target-patient', 'a')], 'patients.merge-itself'],
    ['cards that are not there', [card('source-patient', 'a'), card('target-patient', 'b')], 'store.not-found'],
    ['another result', [card('source-patient', 'a'), card('target-patient', 'b'), { name: 'result-patient', resource: { resourceType: 'Patient' } }], 'patients.merge-result'],
  ])('refuses %s', async (_what, asked, code) => {
    expect(codeOf(await send('POST', '/Patient/$merge', parameters(...asked)))).toBe(code);
  });
});
