import type { Bundle, BundleEntry, OperationOutcome, Patient } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openFhirApi, testBase } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { validateResource } from '../fhir/index.ts';
import type { AccessRule } from '../store/types.ts';

const api = await openFhirApi(await freshDatabase());
const { send } = api;

interface Seen {
  key: string;
  version: number;
  at: string;
  method: string;
}

async function page(path: string): Promise<Bundle> {
  const answer = await send('GET', path);
  expect(answer.statusCode, answer.body).toBe(200);
  const bundle = answer.json<Bundle>();
  expect(validateResource(bundle)).toEqual([]);
  return bundle;
}

const seenIn = (entries: readonly BundleEntry[] = []): Seen[] =>
  entries.map(({ fullUrl, request, response }) => ({ key: fullUrl!.slice(testBase.length + 1), version: Number(/^W\/"(\d+)"$/.exec(response!.etag!)![1]), at: response!.lastModified!, method: request!.method }));

/** Every page of a history; `meanwhile` is done after each. */
async function all(path: string, meanwhile?: () => Promise<unknown>): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (let url: string | undefined = path; url; ) {
    const bundle: Bundle = await page(url);
    seen.push(...seenIn(bundle.entry));
    url = bundle.link!.find(({ relation }) => relation === 'next')?.url.slice(testBase.length);
    await meanwhile?.();
  }
  return seen;
}

const put = (id: string, extra: object = {}) => send('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, ...extra });
const pulse = (id: string, patient: string, extra: object = {}) => send('PUT', `/Observation/${id}`, { resourceType: 'Observation', id, status: 'final', code: { text: 'Пульс' }, subject: { reference: `Patient/${patient}` }, ...extra });
const pause = () => new Promise((resolve) => setTimeout(resolve, 3));

/** Changes of a few resources, each at an instant of its own. */
for (const [number, step] of ['put a', 'put b', 'pulse p a', 'put a', 'pulse p a', 'pulse q b', 'delete p', 'put b', 'pulse p a', 'pulse q b', 'delete q', 'put c'].entries()) {
  const [verb, id = '', patient = ''] = step.split(' ');
  const answer = await (verb === 'put' ? put(id, { birthDate: `19${10 + number}` }) : verb === 'pulse' ? pulse(id, patient, { note: [{ text: step }] }) : send('DELETE', `/Observation/${id}`));
  if (answer.statusCode >= 300) throw new Error(answer.body);
  await pause();
}
const everything = await all('/_history?_count=1000');

describe('a history', () => {
  it('tells each version with the request that made it, newest first, a deletion without a resource', async () => {
    const bundle = await page('/Observation/p/_history');
    expect(seenIn(bundle.entry).map(({ version, method }) => [version, method])).toEqual([[4, 'PUT'], [3, 'DELETE'], [2, 'PUT'], [1, 'PUT']]);
    expect(bundle.total).toBe(4);
    const [fourth, third, , first] = bundle.entry!;
    expect([third!.resource, third!.request, third!.response!.status]).toEqual([undefined, { method: 'DELETE', url: 'Observation/p' }, '204 No Content']);
    expect([first!.request!.url, first!.response!.status, first!.response!.location]).toEqual(['Observation/p', '201 Created', 'Observation/p/_history/1']);
    expect(fourth!.response!.lastModified).toBe(fourth!.resource!.meta!.lastUpdated);
    expect(everything.map(({ at }) => at)).toEqual(everything.map(({ at }) => at).toSorted().reverse());
    expect(everything).toHaveLength(12);
    const made = (await send('POST', '/Patient', { resourceType: 'Patient' })).json<Patient>();
    expect((await page(`/Patient/${made.id}/_history`)).entry![0]!.request).toEqual({ method: 'POST', url: 'Patient' });
    await send('DELETE', `/Patient/${made.id}`);
  });

  it('by _at, _since, _sort and _count, of a resource, a type or everything, is what a naive reading of all versions gives', async () => {
    const whole = await all('/_history?_count=1000');
    const instant = fc.constantFrom(...whole.flatMap(({ at }) => [at, new Date(Date.parse(at) + 1).toISOString(), new Date(Date.parse(at) - 1).toISOString()]));
    const at = fc.oneof(instant.map((value) => ({ value, from: Date.parse(value), to: Date.parse(value) })), instant.map((value) => ({ value: `le${value}`, from: -Infinity, to: Date.parse(value) })), instant.map((value) => ({ value: `ge${value}`, from: Date.parse(value), to: Infinity })));
    const asked = fc.record({ of: fc.constantFrom('', '/Patient', '/Observation', '/Patient/a', '/Observation/p', '/Observation/q'), at: fc.option(at), since: fc.option(instant), count: fc.integer({ min: 1, max: 5 }), ascending: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(asked, async ({ of, at: period, since, count, ascending }) => {
        const next = (one: Seen) => whole.find(({ key, version }) => key === one.key && version === one.version + 1);
        const fits = (one: Seen) =>
          `/${one.key}/`.startsWith(`${of}/`) && (!since || one.at >= since) && (!period || (Date.parse(one.at) <= period.to && Date.parse(next(one)?.at ?? '9999-01-01T00:00:00Z') > period.from));
        const expected = whole.filter(fits);
        const query = new URLSearchParams({ _count: String(count), ...(period && { _at: period.value }), ...(since && { _since: since }), ...(ascending && { _sort: '_lastUpdated' }) });
        expect(await all(`${of}/_history?${query}`)).toEqual(ascending ? expected.toReversed() : expected);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a day for all that was current on it, several _at for what they share, and a List for what it names', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const [now, first] = [new Date().toISOString(), everything.at(-1)!.at];
    expect(await all(`/Patient/a/_history?_at=${new Date(Date.parse(first) - 86_400_000).toISOString().slice(0, 10)}`)).toEqual([]);
    expect((await all(`/Patient/a/_history?_at=ge${first}&_at=le${now}`)).length).toBe(2);
    expect(await all(`/Patient/a/_history?_at=gt${now}&_at=lt${first}`)).toEqual([]);
    expect((await all(`/Patient/a/_history?_at=ge${today.slice(0, 4)}`)).length).toBe(2);
    await send('PUT', '/List/some', { resourceType: 'List', id: 'some', status: 'current', mode: 'working', entry: [{ item: { reference: 'Patient/b' } }, { item: { reference: 'Observation/p' } }] });
    expect(new Set((await all('/_history?_list=some&_count=2')).map(({ key }) => key))).toEqual(new Set(['Patient/b', 'Observation/p']));
    await send('DELETE', '/List/some');
  });

  it('read page by page shows each version once while others write', async () => {
    const before = await all('/_history?_count=1000');
    let number = 0;
    const seen = await all('/_history?_count=2', () => put(['a', 'b', 'c'][number++ % 3]!, { birthDate: '1970' }));
    expect(seen.length).toBeGreaterThanOrEqual(before.length);
    expect(seen.slice(-before.length)).toEqual(before);
    expect(new Set(seen.map(({ key, version }) => `${key}/${version}`)).size).toBe(seen.length);
  });

  it.each([
    ['/Patient/nobody/_history', 404],
    ['/Patient/nobody/_history?_since=2020-01-01T00:00:00Z', 404],
    ['/Patient/a/_history?_since=yesterday', 400],
    ['/Patient/a/_history?_at=yesterday', 400],
    ['/Patient/a/_history?_count=0', 400],
    ['/Patient/a/_history?_sort=name', 400],
    ['/Patient/a/_history?name=Ivanov', 400],
    ['/Patient/a/_history?_before=here', 400],
    ['/_history?_list=none', 404],
    ['/Patient/a/_history/abc', 404],
    ['/Patient/a/_history/99', 404],
    ['/Observation/p/_history/3', 410],
  ])('%s is refused by %i', async (path, status) => {
    const answer = await send('GET', path);
    expect([answer.statusCode, answer.json<OperationOutcome>().resourceType]).toEqual([status, 'OperationOutcome']);
  });

  it('leaves out what it does not understand where the caller is lenient', async () => {
    const answer = await send('GET', '/Patient/a/_history?name=Ivanov', undefined, { prefer: 'handling=lenient' });
    expect([answer.statusCode, answer.json<Bundle>().link![0]!.url]).toEqual([200, `${testBase}/Patient/a/_history?_count=50`]);
  });
});

describe('what is closed now is not read in its past', () => {
  const label = { system: 'urn:karta:label', code: 'delayed' };
  async function as<T>(rules: AccessRule[], work: () => Promise<T>): Promise<T> {
    const open = api.caller.access;
    api.caller.access = { name: 'patient', rules };
    try {
      return await work();
    } finally {
      api.caller.access = open;
    }
  }
  const own: AccessRule[] = [{ types: 'all', patients: ['a'], write: false, withoutLabels: ['urn:karta:label|delayed'] }];
  const status = async (path: string) => (await send('GET', path)).statusCode;

  it('by a label that was put on later, nor after its deletion', async () => {
    await pulse('closing', 'a');
    expect(await as(own, () => status('/Observation/closing/_history/1'))).toBe(200);
    await pulse('closing', 'a', { meta: { security: [label] } });
    const hidden = () => as(own, async () => [await status('/Observation/closing'), await status('/Observation/closing/_history/1'), await status('/Observation/closing/_history'), (await all('/Observation/_history?_count=100')).some(({ key }) => key === 'Observation/closing'), (await all('/_history?_count=100')).some(({ key }) => key === 'Observation/closing')]);
    expect(await hidden()).toEqual([404, 404, 404, false, false]);
    await send('DELETE', '/Observation/closing');
    expect((await hidden()).slice(1)).toEqual([404, 404, false, false]);
  });

  it('by moving to another patient', async () => {
    await pulse('moving', 'a');
    await pulse('moving', 'b');
    expect(await as(own, async () => [await status('/Observation/moving/_history'), await status('/Observation/moving/_history/1')])).toEqual([404, 404]);
    // of the new owner's the earlier version, which was another's, stays closed too
    const other: AccessRule[] = [{ types: 'all', patients: ['b'], write: false }];
    expect((await as(other, () => all('/Observation/moving/_history'))).map(({ version }) => version)).toEqual([2]);
  });

  it('while a deletion of the own is told, also to whom only some codes are open', async () => {
    expect((await as(own, () => all('/Observation/p/_history'))).map(({ method }) => method)).toEqual(['PUT', 'DELETE', 'PUT', 'PUT']);
    const some: AccessRule[] = [{ types: ['Observation'], patients: ['a'], write: false, everyTokens: [['status=final']] }];
    expect((await as(some, () => all('/Observation/p/_history'))).map(({ version }) => version)).toEqual([4, 3, 2, 1]);
    expect(await as([{ types: ['Observation'], patients: ['a'], write: false, everyTokens: [['status=amended']] }], () => status('/Observation/p/_history'))).toBe(404);
  });
});
