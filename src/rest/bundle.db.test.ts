import type { Bundle, BundleEntry, Observation, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { openFhirApi, testBase } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';
import { validateResource } from '../fhir/index.ts';
import { shardInId } from '../kernel/id.ts';

const database = await freshDatabase();
const { send } = await openFhirApi(database);

const patient = (value: string, extra: object = {}) => ({ resourceType: 'Patient', name: [{ family: 'Лебедева' }], identifier: [{ system: 'urn:test', value }], ...extra });
const observation = (subject: string, extra: object = {}) => ({ resourceType: 'Observation', status: 'final', code: { text: 'Пульс' }, subject: { reference: subject }, ...extra });
const bundle = (type: 'batch' | 'transaction', ...entry: object[]) => ({ resourceType: 'Bundle', type, entry });
const post = (resource: { resourceType: string }, fullUrl?: string, extra: object = {}) => ({ ...(fullUrl ? { fullUrl } : {}), resource, request: { method: 'POST', url: resource.resourceType, ...extra } });
const patchOf = (operations: object[]) => ({ resourceType: 'Binary', contentType: 'application/json-patch+json', data: Buffer.from(JSON.stringify(operations)).toString('base64') });
const responses = (answer: { body: string; statusCode: number }) => {
  expect(answer.statusCode, answer.body).toBe(200);
  const answered = JSON.parse(answer.body) as Bundle;
  expect(validateResource(answered)).toEqual([]);
  return answered.entry!.map((entry) => ({ ...entry.response!, resource: entry.resource }));
};
const at = (location: string | undefined) => location!.replace(/\/_history\/\d+$/, '');
const count = async (type: string) => (await send('GET', `/${type}?_summary=count`)).json<Bundle>().total;
const refused = (answer: { body: string }) => (JSON.parse(answer.body) as OperationOutcome).issue[0]!;

await send('PUT', '/Patient/to-patch', { ...patient('to-patch'), id: 'to-patch' });

describe('a transaction', () => {
  it('writes all entries with their references resolved, in the shard of their patient', async () => {
    const answer = await send('POST', '/', bundle('transaction', post(observation('urn:uuid:aaaa', { hasMember: [{ reference: 'urn:uuid:cccc' }] }), 'urn:uuid:bbbb'), post(patient('t1'), 'urn:uuid:aaaa'), post(observation('urn:uuid:aaaa', { valueQuantity: { value: 1 } }), 'urn:uuid:cccc')));
    const [first, person, second] = responses(answer);
    expect([first!.status, first!.etag, first!.resource]).toEqual(['201 Created', 'W/"1"', undefined]);
    const read = (await send('GET', `/${at(first!.location)}`)).json<Observation>();
    expect(read.subject!.reference).toBe(at(person!.location));
    expect(read.hasMember![0]!.reference).toBe(at(second!.location));
    expect(shardInId(read.id!)).toBe(shardInId(at(person!.location).slice('Patient/'.length)));
  });

  it('resolves what extensions of primitive values refer to, refuses it where it leads nowhere, and keeps it from being deleted', async () => {
    const born = (reference: string) => patient('born', { birthDate: '1990-01-01', _birthDate: { extension: [{ url: 'urn:test:by', valueReference: { reference } }] } });
    const [, person] = responses(await send('POST', '/', bundle('transaction', post({ resourceType: 'Practitioner' }, 'urn:uuid:midwife'), post(born('urn:uuid:midwife'), 'urn:uuid:child'))));
    const read = (await send('GET', `/${at(person!.location)}`)).json<Patient & { _birthDate: { extension: { valueReference: { reference: string } }[] } }>();
    const { reference } = read._birthDate.extension[0]!.valueReference;
    expect(reference).toMatch(/^Practitioner\//);
    expect((await send('DELETE', `/${reference}`)).statusCode).toBe(409);
    expect(refused(await send('POST', '/Patient', born('Practitioner/nobody'))).details!.text).toContain('Practitioner/nobody');
  });

  it('takes a reference by this server’s own address as the relative one that it means', async () => {
    const [person, note] = responses(await send('POST', '/', bundle('transaction', post(patient('own'), `${testBase}/Patient/own-1`), post(observation(`${testBase}/Patient/own-1`), 'urn:uuid:n'))));
    const own = `${testBase}/${at(person!.location)}`;
    expect((await send('GET', `/${at(note!.location)}`)).json<Observation>().subject!.reference).toBe(at(person!.location));
    for (const write of [
      () => send('POST', '/Observation', observation(own, { valueQuantity: { value: 1.5 } })),
      () => send('PUT', '/Observation/own-note', JSON.stringify(observation(own, { id: 'own-note', valueQuantity: { value: 7 } })).replace('"value":7', '"value":7.50')),
      () => send('POST', '/', bundle('transaction', post(observation(own, { valueQuantity: { value: 2.5 } })))),
    ]) expect((await write()).statusCode).toBeLessThan(300);
    const found = (await send('GET', `/${at(person!.location)}/Observation?value-quantity=gt1`)).json<Bundle<Observation>>().entry!;
    expect(found.map(({ resource }) => resource!.subject!.reference)).toEqual(Array.from({ length: 3 }, () => at(person!.location)));
    expect((await send('GET', '/Observation/own-note')).body).toContain('7.50');
    const patched = await send('PATCH', '/Observation/own-note', [{ op: 'add', path: '/focus', value: [{ reference: own }] }], { 'content-type': 'application/json-patch+json' });
    expect([patched.json<Observation>().focus![0]!.reference, patched.body.includes('7.50')]).toEqual([at(person!.location), true]);
    expect(refused(await send('POST', '/Observation', observation(`${testBase}/Patient/nobody`))).details!.text).toContain('Patient/nobody');
    const elsewhere = 'http://elsewhere.test/fhir/R4/Patient/nobody';
    expect((await send('POST', '/Observation', observation(elsewhere))).json<Observation>().subject!.reference).toBe(elsewhere);
  });

  it('keeps decimals as they were written', async () => {
    const text = JSON.stringify(bundle('transaction', post(patient('dec'), 'urn:uuid:p'), post(observation('urn:uuid:p', { valueQuantity: { value: 36.125, unit: '°C' } })))).replace('36.125', '36.60');
    const [, measured] = responses(await send('POST', '/', text));
    const { body } = await send('GET', `/${at(measured!.location)}`);
    expect(body).toContain('"value":36.60');
    expect(body).toContain('"reference":"Patient/');
  });

  it('resolves conditional references and conditional creates, or refuses as a whole', async () => {
    await send('POST', '/Patient', patient('known'));
    const [again, pulse] = responses(await send('POST', '/', bundle('transaction', post(patient('known'), 'urn:uuid:p', { ifNoneExist: 'identifier=urn:test|known' }), post(observation('urn:uuid:p', { performer: [{ reference: 'Patient?identifier=urn:test|known' }] })))));
    expect(again!.status).toBe('200 OK');
    const read = (await send('GET', `/${at(pulse!.location)}`)).json<Observation>();
    expect([read.subject!.reference, read.performer![0]!.reference]).toEqual([at(again!.location), at(again!.location)]);

    const before = await count('Observation');
    const nobody = await send('POST', '/', bundle('transaction', post(observation('Patient?identifier=urn:test|known')), post(observation('Patient?identifier=urn:test|nobody'))));
    expect([nobody.statusCode, refused(nobody).expression]).toEqual([412, ['Bundle.entry[1].resource']]);
    await send('POST', '/Patient', patient('twice'));
    await send('POST', '/Patient', patient('twice'));
    expect((await send('POST', '/', bundle('transaction', post(observation('Patient?identifier=urn:test|twice'))))).statusCode).toBe(412);
    expect(await count('Observation')).toBe(before);
  });

  it('runs deletions, creations, changes and reads in the order of the standard and answers in the order of the request', async () => {
    const old = (await send('POST', '/Patient', patient('old'))).json<Patient>();
    const kept = (await send('POST', '/Patient', patient('kept'))).json<Patient>();
    const answers = responses(
      await send(
        'POST',
        '/',
        bundle(
          'transaction',
          { request: { method: 'GET', url: `Patient/${kept.id}` } },
          { resource: { ...kept, active: true }, request: { method: 'PUT', url: `Patient/${kept.id}`, ifMatch: 'W/"1"' } },
          post(patient('new')),
          { request: { method: 'DELETE', url: `Patient/${old.id}` } },
          { request: { method: 'GET', url: 'Patient?identifier=urn:test|new' } },
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(['200 OK', '200 OK', '201 Created', '204 No Content', '200 OK']);
    expect((answers[0]!.resource as Patient).active).toBe(true);
    expect((answers[4]!.resource as Bundle).entry).toHaveLength(1);
  });

  it('understands references relative to the fullUrl of their entry', async () => {
    const [, pulse] = responses(await send('POST', '/', bundle('transaction', post(patient('rel'), 'https://elsewhere.example/fhir/Patient/7'), post(observation('Patient/7'), 'https://elsewhere.example/fhir/Observation/8'))));
    expect((await send('GET', `/${at(pulse!.location)}`)).json<Observation>().subject!.reference).toMatch(/^Patient\/[0-9a-f]{4}-/);
  });

  it('resolves conditional references last: to what it creates, and not to what it deletes', async () => {
    const old = (await send('POST', '/Patient', patient('moved'))).json<Patient>();
    const [, made, pulse] = responses(await send('POST', '/', bundle('transaction', { request: { method: 'DELETE', url: `Patient/${old.id}` } }, post(patient('moved')), post(observation('Patient?identifier=urn:test|moved')))));
    expect((await send('GET', `/${at(pulse!.location)}`)).json<Observation>().subject!.reference).toBe(at(made!.location));
    const twice = await send('POST', '/', bundle('transaction', post(patient('moved')), post(observation('Patient?identifier=urn:test|moved'))));
    expect(twice.statusCode).toBe(412);
  });

  it('patches, by id and by condition, together with what refers to it', async () => {
    const { id } = (await send('POST', '/Patient', patient('patched'))).json<Patient>();
    const entries = [
      { resource: patchOf([{ op: 'add', path: '/generalPractitioner', value: [{ reference: 'urn:uuid:doctor' }] }]), request: { method: 'PATCH', url: 'Patient?identifier=urn:test|patched', ifMatch: 'W/"1"' } },
      post({ resourceType: 'Practitioner' }, 'urn:uuid:doctor'),
      { request: { method: 'GET', url: `Patient/${id}` } },
    ];
    const [patched, doctor, read] = responses(await send('POST', '/', bundle('transaction', ...entries)));
    expect([patched!.status, patched!.etag]).toEqual(['200 OK', 'W/"2"']);
    expect((read!.resource as Patient).generalPractitioner).toEqual([{ reference: at(doctor!.location) }]);
    expect((await send('POST', '/', bundle('transaction', ...entries))).statusCode).toBe(412);
    const [alone] = responses(await send('POST', '/', bundle('batch', { resource: patchOf([{ op: 'add', path: '/active', value: true }]), request: { method: 'PATCH', url: `Patient/${id}` } })));
    expect(alone!.status).toBe('200 OK');
  });

  it('whose condition another one has overtaken is planned again, so that none is refused', async () => {
    const entries = bundle('transaction', post(patient('raced'), 'urn:uuid:p', { ifNoneExist: 'identifier=urn:test|raced' }), post(observation('urn:uuid:p')));
    const answers = await Promise.all(Array.from({ length: 6 }, () => send('POST', '/', entries)));
    const subjects = new Set(answers.map((answer) => at(responses(answer)[0]!.location)));
    expect(subjects.size).toBe(1);
    expect((await send('GET', `/Observation?subject=${[...subjects][0]}&_summary=count`)).json<Bundle>().total).toBe(6);
  });

  it('counts its reads as part of it: they see what it writes', async () => {
    const [, found] = responses(await send('POST', '/', bundle('transaction', post(patient('inside')), { request: { method: 'GET', url: 'Patient?identifier=urn:test|inside&_total=accurate' } })));
    expect((found!.resource as Bundle).total).toBe(1);
  });

  it.each([
    ['an entry that does not conform', [post(patient('x')), post({ ...patient('y'), shoeSize: 1 } as never)], 422, 'Bundle.entry[1].resource.shoeSize'],
    ['a reference to no entry', [post(observation('urn:uuid:lost'))], 422, 'Bundle.entry[0].resource'],
    ['a reference to nothing', [post(patient('x')), post(observation('Patient/nobody'))], 422, undefined],
    ['two entries of one fullUrl', [post(patient('x'), 'urn:uuid:1'), post(patient('y'), 'urn:uuid:1')], 400, 'Bundle.entry[1]'],
    ['two changes of one resource', [{ resource: { ...patient('x'), id: 'same' }, request: { method: 'PUT', url: 'Patient/same' } }, { request: { method: 'DELETE', url: 'Patient/same' } }], 400, 'Bundle.entry[1]'],
    ['a stale version', [post(patient('x')), { resource: { ...patient('y'), id: 'fresh' }, request: { method: 'PUT', url: 'Patient/fresh', ifMatch: 'W/"3"' } }], 412, undefined],
    ['an entry without a request', [post(patient('x')), { resource: patient('y') }], 400, 'Bundle.entry[1].request'],
    ['a read that finds nothing', [post(patient('x')), { request: { method: 'GET', url: 'Patient/nobody' } }], 404, 'Bundle.entry[1]'],
    ['a patch of nothing', [post(patient('x')), { resource: patchOf([]), request: { method: 'PATCH', url: 'Patient/nobody' } }], 404, 'Bundle.entry[1]'],
    ['a patch that does not fit', [{ resource: patchOf([{ op: 'remove', path: '/photo' }]), request: { method: 'PATCH', url: 'Patient/to-patch' } }], 422, 'Bundle.entry[0]'],
    ['a patch that is none', [{ resource: patient('x'), request: { method: 'PATCH', url: 'Patient/to-patch' } }], 415, 'Bundle.entry[0]'],
    ['a method that is none', [{ resource: patient('y'), request: { method: 'COPY', url: 'Patient' } }], 400, 'Bundle.entry[0].request.method'],
    ['a type that is none', [post(patient('x')), { resource: { resourceType: 'Unicorn' }, request: { method: 'POST', url: 'Unicorn' } }], 404, 'Bundle.entry[1]'],
    ['a resource at the address of another type', [{ resource: patient('x'), request: { method: 'POST', url: 'Group' } }], 400, 'Bundle.entry[0]'],
  ])('with %s is refused as a whole and says where', async (_what, entries, status, expression) => {
    const before = await count('Patient');
    const answer = await send('POST', '/', bundle('transaction', ...entries));
    expect(answer.statusCode, answer.body).toBe(status);
    expect(validateResource(answer.json())).toEqual([]);
    expect(refused(answer).expression?.[0]).toBe(expression);
    expect(await count('Patient')).toBe(before);
  });

  it('sent twice under one key is done once', async () => {
    const before = (await count('Patient'))!;
    const once = bundle('transaction', post(patient('key'), 'urn:uuid:1'), post(observation('urn:uuid:1')));
    const [one, two] = [await send('POST', '/', once, { 'idempotency-key': 'k1' }), await send('POST', '/', once, { 'idempotency-key': 'k1' })];
    expect(responses(two)).toEqual(responses(one));
    expect(await count('Patient')).toBe(before + 1);
  });

  it('of many entries lets others through meanwhile', async () => {
    const entries = [post(patient('large'), 'urn:uuid:p'), ...Array.from({ length: 3000 }, (_, number) => post(observation('urn:uuid:p', { valueQuantity: { value: number }, note: [{ text: 'заметка '.repeat(60) }] })))];
    const order: string[] = [];
    const large = send('POST', '/', bundle('transaction', ...entries)).finally(() => order.push('large'));
    const small = send('GET', '/Patient/nobody').finally(() => order.push('small'));
    await small;
    expect(responses(await large)).toHaveLength(3001);
    expect(order).toEqual(['small', 'large']);
    const many = await send('POST', '/', bundle('transaction', ...Array.from({ length: 10_001 }, () => ({ request: { method: 'GET', url: 'Patient/1' } }))));
    expect(many.statusCode).toBe(413);
  });
});

describe('a batch', () => {
  it('searches by POST without a body as well', async () => {
    const [found] = responses(await send('POST', '/', bundle('batch', { request: { method: 'POST', url: 'Patient/_search?_id=to-patch' } })));
    expect([found!.status, (found!.resource as Bundle).total]).toEqual(['200 OK', 1]);
  });

  it('does each entry alone: a refusal touches no neighbour', async () => {
    const answers = responses(
      await send(
        'POST',
        '/',
        bundle('batch', post(patient('b1')), post({ ...patient('b2'), shoeSize: 43 } as never), { request: { method: 'GET', url: 'Patient/nobody' } }, { request: { method: 'GET', url: 'Patient?identifier=urn:test|b1' } }, { request: { method: 'GET', url: `${testBase}/Patient?shoe-size=1` } }, post(patient('b3'))),
      ),
    );
    expect(answers.map(({ status }) => status.slice(0, 3))).toEqual(['201', '422', '404', '200', '400', '201']);
    expect((answers[1]!.outcome as OperationOutcome).issue[0]!.expression).toEqual(['Patient.shoeSize']);
    expect((answers[3]!.resource as Bundle).entry as BundleEntry[]).toHaveLength(1);
  });
});
