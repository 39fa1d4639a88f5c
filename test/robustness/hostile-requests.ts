import fc from 'fast-check';
import { z } from 'zod';
import { searchParams } from '../../src/fhir/index.ts';
import type { Route } from '../../src/modules/module.ts';

/** A request that somebody sends who means no good, or whose program is broken. */
export interface HostileRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** What a prober knows or guesses of a stranger: values that lead to the planted record and nowhere else, and values that lead to many. */
export interface Known {
  ids: readonly string[];
  words: readonly string[];
}

const types = [
  'Patient', 'Observation', 'Condition', 'MedicationRequest', 'DocumentReference', 'AllergyIntolerance', 'Procedure', 'DiagnosticReport', 'Provenance', 'Task', 'Composition', 'List', 'Flag',
  'ServiceRequest', 'Immunization', 'CarePlan', 'Communication', 'Practitioner', 'PractitionerRole', 'Organization', 'Questionnaire', 'Encounter', 'Appointment', 'Binary', 'Consent',
] as const;

const modifiers = ['', '', '', '', ':exact', ':contains', ':missing', ':not', ':text', ':in', ':not-in', ':above', ':below', ':identifier', ':of-type', ':Patient', ':Practitioner', ':iterate', ':nonsense'];
const shapes = ['2', '-1', 'gt5', 'le2026-11-21', 'ne1959', 'ap100', 'eq2026-02-30', '2026-13-45T99:99', '5.40e-3|http://unitsofmeasure.org|mg', '|', '||', 'a|', '|b', 'true', 'Patient/', '/', '..', '%00', '%', '%zz', '\\,', '\\', ',', ',,,', "';--", '$1', '*', '0', '99999999999999999999', '-0', 'NaN', 'urn:uuid:', '#a', 'http://x/Patient/1', '%F0%9F%92%8A', '%ED%A0%80', 'É', 'a'.repeat(3000)];

/** Searches, reads and histories of every kind, half of them aimed at what the caller may not see. */
export function hostileReads(known: Known): fc.Arbitrary<HostileRequest> {
  const type = fc.constantFrom(...types);
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known.words).map(encodeURIComponent) },
    { weight: 3, arbitrary: fc.constantFrom(...known.ids) },
    { weight: 2, arbitrary: fc.constantFrom(...known.ids).map((reference) => reference.split('/')[1]!) },
    { weight: 3, arbitrary: fc.constantFrom(...shapes) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map((text) => encodeURIComponent(text.toWellFormed())) },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }).map((text) => text.replace(/[\s#]/g, '')) },
  );
  const own = type.chain((name) => fc.constantFrom(...searchParams(name).keys()).map((parameter) => ({ name, parameter })));
  const reference = fc.constantFrom('subject', 'patient', 'encounter', 'author', 'focus', 'target', 'based-on', 'actor', 'performer', 'general-practitioner');
  const term = (name: string): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...searchParams(name).keys()), fc.constantFrom(...modifiers), fc.array(value, { minLength: 1, maxLength: 2 })).map(([parameter, modifier, values]) => `${parameter}${modifier}=${values.join(',')}`) },
      { weight: 2, arbitrary: fc.tuple(reference, fc.constantFrom('', ':Patient', ':Encounter'), own, value).map(([link, target, { parameter }, given]) => `${link}${target}.${parameter}=${given}`) },
      { weight: 2, arbitrary: fc.tuple(own, reference, own, value).map(([{ name: other }, link, { parameter }, given]) => `_has:${other}:${link}:${parameter}=${given}`) },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom('_include', '_revinclude', '_include:iterate', '_revinclude:iterate'), own).map(([include, { name: other, parameter }]) => `${include}=${other}:${parameter}`) },
      { weight: 1, arbitrary: fc.constantFrom('_include=*', '_revinclude=*', '_revinclude=Provenance:target', '_include=Observation:*') },
      { weight: 2, arbitrary: fc.tuple(fc.constantFrom('', '-'), fc.constantFrom(...searchParams(name).keys(), '_id', '_lastUpdated')).map(([sign, parameter]) => `_sort=${sign}${parameter}`) },
      {
        weight: 2,
        arbitrary: fc.constantFrom('_total=accurate', '_total=estimate', '_total=none', '_summary=count', '_summary=true', '_elements=id,name', '_count=0', '_count=1', '_count=1000', '_count=-1', '_count=1e9', '_cursor=x', '_cursor=1.2.3', '_format=json', '_format=xml', '_pretty=true', '_lastUpdated=gt2020', '_tag=urn:karta:demo|demo', '_security=R', '_text=a', '_content=a', '_filter=name%20eq%20a', '_query=x', '_contained=both', '_contained=true', '_since=2020', '_at=2020'),
      },
      { weight: 1, arbitrary: fc.tuple(fc.string({ maxLength: 6 }), value).map(([parameter, given]) => `${encodeURIComponent(parameter.toWellFormed())}=${given}`) },
    );
  const query = (name: string) => fc.array(term(name), { minLength: 0, maxLength: 3 }).map((terms) => terms.join('&'));
  const search = type.chain((name) => query(name).map((text): HostileRequest => ({ method: 'GET', path: `/fhir/R4/${name}?${text}` })));
  const posted = type.chain((name) => query(name).map((body): HostileRequest => ({ method: 'POST', path: `/fhir/R4/${name}/_search`, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })));
  const read = fc.tuple(fc.constantFrom(...known.ids), fc.constantFrom('', '/_history', '/_history/1', '/_history/2', '/_history/0', '/_history/x', '/_history?_count=1', '/_history?_since=2020-01-01', '/$everything', '/$expunge', '/../Patient', '/%2e%2e', '?_summary=count', '?_elements=id')).map(([id, tail]): HostileRequest => ({ method: 'GET', path: `/fhir/R4/${id}${tail}` }));
  const compartment = fc.tuple(fc.constantFrom(...known.ids.filter((id) => id.startsWith('Patient/'))), type).chain(([id, name]) => query(name).map((text): HostileRequest => ({ method: 'GET', path: `/fhir/R4/${id}/${name}?${text}` })));
  const histories = fc.tuple(fc.constantFrom('', ...types.map((name) => `/${name}`)), fc.constantFrom('', '?_count=5', '?_count=3&_since=2026-01-01T00:00:00Z', '?_cursor=1.2.3.x', '?_since=never')).map(([name, tail]): HostileRequest => ({ method: 'GET', path: `/fhir/R4${name}/_history${tail}` }));
  const one = fc.oneof({ weight: 8, arbitrary: search }, { weight: 2, arbitrary: posted }, { weight: 3, arbitrary: read }, { weight: 3, arbitrary: compartment }, { weight: 1, arbitrary: histories });
  const batch = fc.array(one.filter(({ method }) => method === 'GET'), { minLength: 1, maxLength: 4 }).map((requests): HostileRequest => ({
    method: 'POST',
    path: '/fhir/R4',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry: requests.map(({ path }) => ({ request: { method: 'GET', url: path.slice('/fhir/R4/'.length) } })) }),
  }));
  return fc.oneof({ weight: 12, arbitrary: one }, { weight: 1, arbitrary: batch });
}

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 0, -1, 1e308, 1e21, [], {}, [[]], [null], true, '\u0000', '\ud800', '\uffff', 'Patient/nobody', '#missing', 'urn:uuid:x', '2026-02-30', '0000', { resourceType: 'Patient' }, { reference: 'Patient/nobody' }, { extension: [{}] }, 'я'.repeat(5000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A resource that was right before somebody changed it in one to three places. */
export function spoiltResources(valid: readonly object[]): fc.Arbitrary<string> {
  const places = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    typeof value === 'object' && value !== null ? [path, ...Object.entries(value).flatMap(([key, child]) => places(child, [...path, Array.isArray(value) ? Number(key) : key]))] : [path];
  const change = (text: string): fc.Arbitrary<string> => {
    const resource = JSON.parse(text) as object;
    return fc.tuple(fc.constantFrom(...places(resource)), fc.oneof(fc.constant('replace'), fc.constant('remove'), fc.constant('add')), fc.oneof(fc.constantFrom('id', 'meta', 'text', 'extension', 'modifierExtension', 'contained', '_id', '__proto__', 'constructor', 'resourceType', 'status', 'versionId', 'x'), fc.string({ maxLength: 8 })), junk).map(
      ([path, how, name, value]) => {
        const copy = structuredClone(resource) as Record<string | number, unknown>;
        let at: Record<string | number, unknown> = copy;
        for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
        const last = path.at(-1);
        if (how === 'add' || last === undefined) {
          const target = (last === undefined ? copy : at[last]) as Record<string, unknown>;
          if (typeof target === 'object' && target !== null) Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
        } else if (how === 'remove') delete at[last];
        else at[last] = value;
        return JSON.stringify(copy);
      },
    );
  };
  const first = fc.constantFrom(...valid.map((resource) => JSON.stringify(resource))).chain(change);
  const more = first.chain((text) => fc.oneof(fc.constant(text), text.startsWith('{') ? change(text) : fc.constant(text)));
  const broken = fc.tuple(more, fc.nat(400), fc.constantFrom('', '}', ',', '"', '\\', '\u0000', '[', '{"a":')).map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1));
  return fc.oneof({ weight: 5, arbitrary: more }, { weight: 1, arbitrary: broken });
}

/** Headers that no browser would send together. */
export const strangeHeaders: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.tuple(
      fc.constantFrom('accept', 'accept-language', 'content-type', 'if-match', 'if-none-match', 'if-modified-since', 'if-none-exist', 'prefer', 'idempotency-key', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'range', 'x-http-method-override', 'last-event-id', 'referer', 'sec-fetch-site'),
      fc.oneof(fc.constantFrom('', '*', '*/*', 'W/"1"', '"1"', 'W/"99999999999999999999"', 'application/fhir+xml', 'application/fhir+json; charset=koi8-r', 'text/plain', 'en-GB;q=zz', 'ru,,;q=', 'return=minimal', 'return=sideways', 'handling=strict', 'respond-async', 'Sat, 99 Foo 2026', 'bytes=0-', 'identifier=a', 'name=%', '127.0.0.1, ::1', 'same-origin', '0.0', 'a'.repeat(5000)), fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\x20-\x7e]/g, '').trim())),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => Object.fromEntries(pairs));

/** Calls of a module's address whose parts have the right names and anything as values. */
export function hostileCalls(route: Route, ids: readonly string[]): fc.Arbitrary<HostileRequest> {
  const id = fc.constantFrom(...ids);
  const word = fc.oneof({ weight: 3, arbitrary: id }, { weight: 1, arbitrary: fc.constantFrom('..', '%00', 'a b', '*', '-', '0', 'x'.repeat(299)) }, { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 10 }) });
  const value = fc.oneof({ weight: 3, arbitrary: junk }, { weight: 2, arbitrary: id }, { weight: 2, arbitrary: fc.constantFrom<unknown>('2026-11-21', '2026-11-21T09:00:00Z', 'Иванова', '11223344595', 1, 20, true, 'male', 'care', ['demo-ivanova'], [{ id: 'demo-ivanova' }]) });
  const partsOf = (schema: z.ZodType | undefined) => Object.keys(schema instanceof z.ZodObject ? schema.shape : {});
  const given = (schema: z.ZodType | undefined) => fc.record(Object.fromEntries(partsOf(schema).map((name) => [name, value])), { requiredKeys: [] });
  return fc.tuple(fc.array(word, { minLength: 4, maxLength: 4 }), given(route.query), fc.oneof({ weight: 5, arbitrary: given(route.body) }, { weight: 1, arbitrary: junk })).map(([words, query, body]) => {
    let at = 0;
    const path = route.path.replace(/:\w+/g, () => encodeURIComponent(words[at++ % words.length]!.toWellFormed()));
    const asked = Object.entries(query).map(([name, one]) => `${name}=${encodeURIComponent((typeof one === 'string' ? one : (JSON.stringify(one) ?? '')).toWellFormed())}`).join('&');
    return { method: route.method, path: `/api${path}${asked ? `?${asked}` : ''}`, ...(route.method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) ?? '' }) };
  });
}
