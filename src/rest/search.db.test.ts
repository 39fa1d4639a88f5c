import type { Bundle, OperationOutcome } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { openFhirApi, testBase } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { validateResource } from '../fhir/index.ts';

const database = await freshDatabase();
const { send } = await openFhirApi(database);

async function put(...resources: { resourceType: string; id: string }[]): Promise<void> {
  for (const resource of resources) {
    const answer = await send('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    expect(answer.statusCode, answer.body).toBe(201);
  }
}

async function found(method: 'GET' | 'POST', path: string, form?: string, headers: Record<string, string> = {}): Promise<Bundle> {
  const answer = await send(method, path, form, { ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }), ...headers });
  expect(answer.statusCode, answer.body).toBe(200);
  const bundle = answer.json<Bundle>();
  expect(validateResource(bundle).filter(({ severity }) => severity === 'error')).toEqual([]);
  return bundle;
}

const ids = (bundle: Bundle) => (bundle.entry ?? []).map(({ resource }) => `${resource!.resourceType}/${resource!.id}`);
const linkOf = (bundle: Bundle, relation: string) => bundle.link?.find((one) => one.relation === relation)?.url.replace(testBase, '');

const subject = { reference: 'Patient/one' };
await put(
  { resourceType: 'Patient', id: 'one', name: [{ family: 'Ожогина' }] } as never,
  { resourceType: 'Patient', id: 'two', name: [{ family: 'Ожогин' }] } as never,
  { resourceType: 'Patient', id: 'three', name: [{ family: 'Ожогов' }] } as never,
  { resourceType: 'Practitioner', id: 'doctor' },
  { resourceType: 'Encounter', id: 'visit', status: 'finished', class: { code: 'AMB' }, subject, participant: [{ individual: { reference: 'Practitioner/doctor' } }] } as never,
  { resourceType: 'Observation', id: 'pulse', status: 'final', code: { text: 'Пульс' }, subject, encounter: { reference: 'Encounter/visit' } } as never,
  { resourceType: 'AllergyIntolerance', id: 'noted', clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, patient: { reference: 'Patient/two' }, asserter: subject } as never,
);

describe('a search over HTTP', () => {
  it('by POST never writes what was asked into a URL: the next page is a sealed link, the last one has none', async () => {
    const first = await found('POST', '/Patient/_search', `name=${encodeURIComponent('ожог')}&_count=2`);
    expect(ids(first)).toHaveLength(2);
    const next = linkOf(first, 'next')!;
    expect(next).toMatch(/^\/Patient\?_cursor=s\./);
    const second = await found('GET', next);
    expect([...ids(first), ...ids(second)].toSorted()).toEqual(['Patient/one', 'Patient/three', 'Patient/two']);
    expect(linkOf(second, 'self')).toBe(next);
    expect(linkOf(second, 'next')).toBeUndefined();
  });

  it('finds a patient’s whole record by the definition of the compartment, and that of a visit and of a doctor', async () => {
    expect(ids(await found('GET', '/Patient/one/*'))).toEqual(['Patient/one', 'AllergyIntolerance/noted', 'Encounter/visit', 'Observation/pulse']);
    expect(ids(await found('GET', '/Patient/one/AllergyIntolerance'))).toEqual(['AllergyIntolerance/noted']);
    expect(ids(await found('POST', '/Patient/one/Observation/_search', 'status=final'))).toEqual(['Observation/pulse']);
    expect(ids(await found('GET', '/Encounter/visit/*?_type=Observation'))).toEqual(['Observation/pulse']);
    expect(ids(await found('GET', '/Practitioner/doctor/Encounter'))).toEqual(['Encounter/visit']);
    const paged = await found('GET', '/Patient/one/*?_count=3');
    expect(ids(await found('GET', linkOf(paged, 'next')!))).toEqual(['Observation/pulse']);
    expect((await send('GET', '/Patient/one/Organization')).statusCode).toBe(404);
    expect((await send('GET', '/Patient/nobody/*')).statusCode).toBe(404);
  });

  it('spans the whole system by GET and POST', async () => {
    expect(ids(await found('GET', '/?_type=Encounter,Observation&patient=Patient/one'))).toEqual(['Encounter/visit', 'Observation/pulse']);
    expect(ids(await found('POST', '/_search', '_id=pulse,visit&_type=Observation'))).toEqual(['Observation/pulse']);
    expect((await send('GET', '/?_type=Starship')).statusCode).toBe(404);
  });

  it('leaves out what it does not know where the client asks for that, and says so; refuses it else', async () => {
    const lenient = await found('GET', '/Patient?_id=one&shoe-size=42', undefined, { prefer: 'handling=lenient' });
    expect(linkOf(lenient, 'self')).toBe('/Patient?_id=one');
    expect(lenient.entry!.map(({ search }) => search!.mode)).toEqual(['match', 'outcome']);
    expect((lenient.entry![1]!.resource as OperationOutcome).issue[0]).toMatchObject({ severity: 'warning', details: { text: expect.stringContaining('shoe-size') } });
    for (const prefer of ['handling=strict', 'return=minimal']) {
      const refused = await send('GET', '/Patient?shoe-size=42', undefined, { prefer });
      expect([refused.statusCode, refused.json<OperationOutcome>().issue[0]!.code]).toEqual([400, 'invalid']);
    }
  });

  it('takes any page size as far as it goes, tells no total to who wants none, and a zone whose plus was not encoded', async () => {
    const large = await found('GET', '/Patient?_count=99999999999999');
    expect([large.total, linkOf(large, 'self')]).toEqual([3, '/Patient?_count=1000']);
    expect((await found('GET', '/Patient?_total=none')).total).toBeUndefined();
    expect((await found('GET', '/Patient?_total=none&_summary=count')).total).toBe(3);
    expect(ids(await found('GET', '/Patient?_lastUpdated=gt2020-01-01T10:00:00+03:00'))).toHaveLength(3);
    expect((await send('GET', '/Patient?_lastUpdated=gt2020-01-01 10:00:00')).statusCode).toBe(400);
    expect(ids(await found('GET', '/Encounter?_include=*:*&_revinclude=*:*'))).toEqual(['Encounter/visit', 'Patient/one', 'Practitioner/doctor', 'Observation/pulse']);
  });

  it('compares a text to its end, however long', async () => {
    const street = Array.from({ length: 30 }, (_, at) => `улица${at}`).join(' ');
    await put({ resourceType: 'Location', id: 'long', address: { city: street } } as never);
    for (const [modifier, end, expected] of [['', '', ['Location/long']], ['', ' тупик', []], [':contains', '', ['Location/long']], [':contains', ' тупик', []]] as const) {
      expect(ids(await found('GET', `/Location?address-city${modifier}=${encodeURIComponent(street + end)}`)), `${modifier}${end}`).toEqual(expected);
    }
  });

  it('that would bring, list, follow or last too much is refused with its limit', async () => {
    await database.query(`insert into resource (rid, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, id, deleted, tokens, content)
      select 1000000000 + n, compartment, code, date_lo, date_hi, value, updated, version, generation, shard, type, 'copy-' || n, deleted, tokens, content from resource, generate_series(1, 5001) n where id = 'pulse'`);
    const names = async (path: string, limit: number, status: number) => {
      const answer = await send('GET', path, undefined, { 'accept-language': 'en' });
      expect([answer.statusCode, answer.json<OperationOutcome>().issue[0]!.details!.text?.replace(/\D+/g, ' ').split(' ')], path).toEqual([status, expect.arrayContaining([String(limit)])]);
    };
    await names('/Patient?_id=one&_revinclude=Observation:subject', 5000, 400);
    await names(`/Patient?_id=${Array.from({ length: 1001 }, (_, at) => `id${at}`).join(',')}`, 1000, 400);
    await names(`/Encounter?${'part-of.'.repeat(10)}_id=visit`, 10, 400);
    // a search over a table that takes its time, stopped as the limit stops it
    await database.query('alter table text_value rename to kept_value');
    await database.query('create view text_value as select k.* from kept_value k cross join (select pg_sleep(60) offset 0) s');
    let ended = false;
    const slow = names('/Patient?name:contains=жог', 10, 422).finally(() => (ended = true));
    while (!ended) {
      await database.query(`select pg_cancel_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await slow;
    await database.query('drop view text_value');
    await database.query('alter table kept_value rename to text_value');
  });
});
