import fc from 'fast-check';
import { searchParams, type SearchParam } from '../../src/fhir/index.ts';
import type { Resource } from './naive-search.ts';

/** Few values of each kind, so that what is asked for is often there, sometimes several times, sometimes nearly. */
const names = ['Иванова', 'Иванов', 'Соловьёв', 'Соловьев', 'Solovyov', 'Фёдор', 'Мария', 'Müller', 'O’Brien', 'Анна-Мария', 'Ли'];
const systems = ['urn:a', 'urn:b'];
const codes = ['1', '2', 'A-1', 'a,b', 'x|y', '$z'];
const dates = ['2024', '2024-02', '2024-02-29', '2024-02-29T10:00:00Z', '2024-02-29T13:00:00+03:00', '2024-02-29T10:00:00.500Z', '2023-12-31', '2023-12-31T23:59:59Z', '2025-01', '1959-03-14'];
const numbers = [0, 1, 5.4, 5.35, 5.44, 100, 99.6, -3, 0.001];
const uris = ['http://a.example/fhir', 'http://a.example/fhir/x', 'http://a.example/fhir/x|2', 'http://a.example/fhirs', 'urn:oid:1.2.643'];

const one = fc.constantFrom;
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const some = <T>(arbitrary: fc.Arbitrary<T>, most = 2) => maybe(fc.array(arbitrary, { minLength: 1, maxLength: most }));
const full = one(...dates.filter((date) => !date.includes('T')));
const moment = one(...dates);
const coding = fc.record({ system: maybe(one(...systems)), code: one(...codes), display: maybe(one('Пульс', 'Pulse rate', 'Давление крови')) });
const concept = fc.record({ coding: some(coding), text: maybe(one('Пульс', 'давление', 'Головная боль')) }).filter(({ coding: list, text }) => list !== undefined || text !== undefined);
const identifier = fc.record({ system: maybe(one(...systems)), value: one(...codes), type: maybe(fc.record({ coding: fc.array(fc.record({ system: one(...systems), code: one(...codes) }), { minLength: 1, maxLength: 2 }) })) });
const period = fc.record({ start: maybe(one('2024-02-28', '2024-02', '2023', '2024-02-29T10:00:00Z')), end: maybe(one('2024-03', '2024-02-29', '2025', '2024-12-31T23:59:59Z')) }).filter(({ start, end }) => start !== undefined || end !== undefined);
const quantity = fc.record({ value: one(...numbers), comparator: fc.option(one('<', '>', '<=', '>='), { nil: undefined, freq: 6 }), unit: maybe(one('кг', 'kg')), system: fc.constant('http://unitsofmeasure.org'), code: one('kg', '/min') });
const name = fc.record({ family: maybe(one(...names)), given: some(one(...names)), text: maybe(one('Мария Иванова', 'Ли Анна')) }).filter(({ family, given, text }) => family !== undefined || given !== undefined || text !== undefined);
const address = fc.record({ city: maybe(one('Тверь', 'Тула')), line: some(one('Садовая, 5', 'ул. Мира')), postalCode: maybe(one('170000')), use: maybe(one('home', 'old')) }).filter(({ city, line, postalCode }) => (city ?? line ?? postalCode) !== undefined);
const meta = maybe(fc.record({ tag: some(coding), security: some(coding), profile: some(one(...uris)), source: maybe(one(...uris)) }).filter((parts) => Object.values(parts).some((part) => part !== undefined)));
const telecom = fc.record({ system: one('phone', 'email'), value: one('+7 900 000-00-00', 'a@example.org'), use: maybe(one('home', 'mobile')) });

type Concept = typeof concept extends fc.Arbitrary<infer T> ? T : never;
const shareCoding = (a: Concept, b: Concept) => (a.coding ?? []).some((one) => (b.coding ?? []).some((other) => JSON.stringify(one) === JSON.stringify(other)));

const counts = { Patient: 5, Practitioner: 3, Organization: 3, Encounter: 4, Condition: 4, Observation: 5, MedicationRequest: 3, Location: 2, Appointment: 2 } as const;
type Type = keyof typeof counts;
export const worldTypes = Object.keys(counts) as Type[];
const idOf = (type: string, number: number) => `${type.slice(0, 3).toLowerCase()}-${number}`;

/** A reference to one that may be there, to one that never is, or by identifier only. */
const to = (...types: readonly Type[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.tuple(one(...types), fc.nat(4)).map(([type, number]) => ({ reference: `${type}/${idOf(type, number)}` })) },
    { weight: 1, arbitrary: one(...types).map((type) => ({ reference: `${type}/${idOf(type, 1)}/_history/2` })) },
    { weight: 1, arbitrary: one(...types).map((type) => ({ reference: `http://other.example/fhir/${type}/${idOf(type, 1)}` })) },
    { weight: 1, arbitrary: fc.record({ system: maybe(one(...systems)), value: one(...codes) }).map((by) => ({ identifier: by })) },
  );

const status = (...values: string[]) => one(...values);
const clinical = (...values: string[]) => maybe(one(...values).map((code) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] })));
const bodies: Record<Type, fc.Arbitrary<object>> = {
  Patient: fc.record({ meta, identifier: some(identifier), active: maybe(fc.boolean()), name: some(name), telecom: some(telecom), gender: maybe(status('male', 'female')), birthDate: maybe(full), deceasedBoolean: maybe(fc.boolean()), address: some(address), generalPractitioner: some(to('Practitioner', 'Organization')), managingOrganization: maybe(to('Organization')), link: some(fc.record({ other: to('Patient'), type: status('seealso', 'refer') }), 1) }),
  Practitioner: fc.record({ meta, identifier: some(identifier), active: maybe(fc.boolean()), name: some(name), telecom: some(telecom), communication: some(concept) }),
  Organization: fc.record({ meta, identifier: some(identifier), active: maybe(fc.boolean()), type: some(concept), name: one('Поликлиника № 2', 'Больница', 'Clinic'), alias: some(one('Вторая', 'БСМП')), partOf: maybe(to('Organization')), address: some(address.filter(({ use }) => use !== 'home')) }),
  Encounter: fc.record({ meta, identifier: some(identifier), status: status('finished', 'in-progress'), class: coding, type: some(concept), subject: maybe(to('Patient')), participant: some(fc.record({ individual: maybe(to('Practitioner')), type: some(concept) }).filter(({ individual, type }) => (individual ?? type) !== undefined)), period: maybe(period), length: maybe(quantity.map(({ value }) => ({ value, system: 'http://unitsofmeasure.org', code: 'h' }))), diagnosis: some(fc.record({ condition: to('Condition') }), 1), location: some(fc.record({ location: to('Location') }), 1), serviceProvider: maybe(to('Organization')), partOf: maybe(to('Encounter')), reasonCode: some(concept) }),
  Condition: fc.record({ meta, clinicalStatus: clinical('active'), code: maybe(concept), bodySite: some(concept, 1), subject: to('Patient'), encounter: maybe(to('Encounter')), recordedDate: maybe(moment), asserter: maybe(to('Practitioner', 'Patient')), category: some(concept), onset: fc.oneof(fc.constant({}), moment.map((onsetDateTime) => ({ onsetDateTime })), period.map((onsetPeriod) => ({ onsetPeriod })), one(...numbers.filter((value) => value > 0)).map((value) => ({ onsetAge: { value, system: 'http://unitsofmeasure.org', code: 'a', unit: 'г' } })), one('в детстве').map((onsetString) => ({ onsetString })), fc.constant({ onsetRange: { low: { value: 1, system: 'http://unitsofmeasure.org', code: 'a', unit: 'г' }, high: { value: 10, system: 'http://unitsofmeasure.org', code: 'a', unit: 'г' } } })) }).map(({ onset, ...rest }) => ({ ...rest, ...onset })),
  Observation: fc
    .record({
      meta, identifier: some(identifier), status: status('final', 'amended'), category: some(concept), code: concept, subject: maybe(to('Patient', 'Location')), encounter: maybe(to('Encounter')), performer: some(to('Practitioner', 'Organization', 'Patient')), hasMember: some(to('Observation'), 1), derivedFrom: some(to('Observation'), 1),
      when: fc.oneof(fc.constant({}), moment.map((effectiveDateTime) => ({ effectiveDateTime })), period.map((effectivePeriod) => ({ effectivePeriod })), fc.array(one(...dates.filter((date) => date.includes('T'))), { minLength: 1, maxLength: 2 }).map((event) => ({ effectiveTiming: { event } }))),
      value: fc.oneof(fc.constant({}), quantity.map((valueQuantity) => ({ valueQuantity })), concept.map((valueCodeableConcept) => ({ valueCodeableConcept })), one('норма', 'Positive').map((valueString) => ({ valueString })), moment.filter((text) => text.includes('T') || text.length > 0).map((valueDateTime) => ({ valueDateTime }))),
      component: some(fc.record({ code: concept, valueQuantity: maybe(quantity), valueCodeableConcept: fc.constant(undefined) })),
    })
    // obs-7: a component's code is not the observation's own
    .map(({ when, value, component, ...rest }) => ({ ...rest, ...when, ...value, component: component?.filter(({ code }) => !shareCoding(code, rest.code)) }))
    .map(({ component, ...rest }) => ({ ...rest, ...(component !== undefined && component.length > 0 && { component }) })),
  MedicationRequest: fc.record({ meta, identifier: some(identifier), status: status('active', 'stopped'), intent: status('order', 'plan'), medicationCodeableConcept: concept, subject: to('Patient'), encounter: maybe(to('Encounter')), requester: maybe(to('Practitioner', 'Organization')), authoredOn: maybe(moment), dosageInstruction: some(fc.record({ timing: fc.record({ event: fc.array(one(...dates), { minLength: 1, maxLength: 2 }) }) }), 1) }),
  Location: fc.record({ meta, identifier: some(identifier), name: maybe(one('Кабинет 5', 'Палата')), type: some(concept), address: maybe(address), partOf: maybe(to('Location')), managingOrganization: maybe(to('Organization')) }),
  Appointment: fc.record({ meta, identifier: some(identifier), status: status('booked', 'proposed'), participant: fc.array(fc.record({ actor: maybe(to('Patient', 'Practitioner', 'Location')), type: some(concept), status: status('accepted', 'tentative') }).filter(({ actor, type }) => (actor ?? type) !== undefined), { minLength: 1, maxLength: 3 }), times: fc.constant({ start: '2024-02-29T10:00:00Z', end: '2024-02-29T10:30:00Z' }) }).map(({ times, ...rest }) => ({ ...rest, ...times })),
};

const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** Some patients, visits, observations …, with ids that references among them hit. */
export const smallWorlds: fc.Arbitrary<Resource[]> = fc
  .tuple(...worldTypes.map((type) => fc.array(bodies[type], { maxLength: counts[type] }).map((list) => list.map((body, number) => ({ resourceType: type, id: idOf(type, number), ...(withoutUndefined(body) as object) })))))
  .map((lists) => lists.flat());

const escaped = (text: string) => text.replace(/[\\,|$]/g, '\\$&');
const prefix = one('', '', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb');
const known = ['male', 'female', 'true', 'false', 'final', 'amended', 'finished', 'in-progress', 'active', 'order', 'booked', 'home', 'a@example.org'];
const tokenValue = fc.oneof(
  { weight: 4, arbitrary: one(...codes.map(escaped), ...known) },
  { weight: 4, arbitrary: fc.tuple(one(...systems, 'http://terminology.hl7.org/CodeSystem/condition-clinical', 'http://hl7.org/fhir/administrative-gender'), one(...codes.map(escaped), 'active', 'male')).map((pair) => pair.join('|')) },
  { weight: 1, arbitrary: one(...codes.map(escaped)).map((code) => `|${code}`) },
  { weight: 1, arbitrary: one(...systems).map((system) => `${system}|`) },
);
const referenceId = fc.tuple(one(...worldTypes), fc.nat(4)).map(([type, number]) => [type, idOf(type, number)] as const);

/** A value for a parameter, as somebody could type it. */
function valueFor(param: SearchParam): fc.Arbitrary<string> {
  switch (param.type) {
    case 'token':
      return tokenValue;
    case 'string':
      return one(...names, 'ив', 'СОЛ', 'solov', 'мария иванова', 'Тверь', 'сад', 'Поликлиника', '2', 'норма', 'в детстве', 'б', 'o.brien');
    case 'uri':
      return one(...uris.map(escaped), 'http://a.example');
    case 'date':
      return fc.tuple(prefix, one(...dates, '2024-02-29T10:00Z')).map((parts) => parts.join(''));
    case 'number':
      return fc.tuple(prefix, one(...numbers).map(String)).map((parts) => parts.join(''));
    case 'quantity':
      return fc.tuple(prefix, one('5.4', '5', '100', '1e2', '0', '5.40', '-3', '1', '10', '0.001'), one('', '', '|http://unitsofmeasure.org|kg', '||kg', '|http://unitsofmeasure.org|/min', '||кг', '|http://unitsofmeasure.org|a')).map((parts) => parts.join(''));
    case 'reference':
      return fc.oneof(
        { weight: 4, arbitrary: referenceId.map((pair) => pair.join('/')) },
        { weight: 2, arbitrary: referenceId.map(([, id]) => id) },
        { weight: 1, arbitrary: one('http://other.example/fhir/Patient/pat-1', 'http://other.example/fhir/Practitioner/pra-1') },
      );
    case 'composite':
      return fc.tuple(...param.components.map(({ type, param: name }) => valueFor({ ...param, type, name, components: [] }))).map((parts) => parts.join('$'));
    default:
      return one('x');
  }
}

const modifiers: Partial<Record<SearchParam['type'], readonly string[]>> = {
  token: ['', '', '', ':not', ':text', ':missing'],
  string: ['', '', ':exact', ':contains', ':missing'],
  uri: ['', '', ':below', ':above', ':missing'],
  reference: ['', '', '', ':identifier', ':missing', ':type'],
  date: ['', '', '', ':missing'],
  number: ['', ':missing'],
  quantity: ['', '', '', ':missing'],
};

export type Term = readonly [string, string];

const searched = (type: string) => [...searchParams(type).values()].filter((param) => !['_id', '_lastUpdated'].includes(param.name) && param.type !== 'special');

function paramTerm(type: string): fc.Arbitrary<Term> {
  return one(...searched(type)).chain((param) =>
    one(...(modifiers[param.type] ?? [''])).chain((modifier): fc.Arbitrary<Term> => {
      if (modifier === ':missing') return one('true', 'false').map((value): Term => [param.name + modifier, value]);
      if (modifier === ':text') return one('Пульс', 'давл', 'pulse', 'давление кр', 'боль').map((value): Term => [param.name + modifier, value]);
      if (modifier === ':identifier') return tokenValue.filter((value) => !value.endsWith('|')).map((value): Term => [param.name + modifier, value]);
      if (modifier === ':type') return referenceId.map(([target, id]): Term => [`${param.name}:${target}`, id]);
      return fc.array(valueFor(param), { minLength: 1, maxLength: 2 }).map((values): Term => [param.name + modifier, values.join(',')]);
    }),
  );
}

const references = (type: string) => searched(type).filter(({ type: kind, targets }) => kind === 'reference' && targets.some((target) => worldTypes.includes(target as Type)));
const id = referenceId.map(([, text]) => text);

/** A term of any kind: plain, chained, reverse chained, by id. */
function term(type: Type, depth: number): fc.Arbitrary<Term> {
  const plain = { weight: 8, arbitrary: paramTerm(type) };
  const byId = { weight: 1, arbitrary: fc.array(id, { minLength: 1, maxLength: 3 }).map((ids): Term => ['_id', ids.join(',')]) };
  if (depth === 0) return fc.oneof(plain, byId);
  const own = references(type);
  const chained = own.length === 0 ? paramTerm(type) : one(...own).chain((param) =>
    one(...param.targets.filter((target): target is Type => worldTypes.includes(target as Type))).chain((target) => fc.tuple(fc.boolean(), term(target, depth - 1)).map(([named, [rest, value]]): Term => [`${param.name}${named || param.targets.length > 1 ? `:${target}` : ''}.${rest}`, value])),
  );
  const pointing = worldTypes.flatMap((from) => references(from).filter(({ targets }) => targets.includes(type)).map((param) => [from, param] as const));
  const reverse = pointing.length === 0 ? paramTerm(type) : one(...pointing).chain(([from, param]) => term(from, depth - 1).map(([rest, value]): Term => [`_has:${from}:${param.name}:${rest}`, value]));
  return fc.oneof(plain, byId, { weight: 2, arbitrary: chained }, { weight: 2, arbitrary: reverse });
}

export interface Question {
  type: Type;
  terms: Term[];
}

const asked = (least: number, most: number): fc.Arbitrary<Question> => one(...worldTypes).chain((type) => fc.record({ type: fc.constant(type), terms: fc.array(term(type, 2), { minLength: least, maxLength: most }) }));

/** A search of one type by one to three terms. */
export const questions = fc.oneof({ weight: 3, arbitrary: asked(1, 1) }, { weight: 1, arbitrary: asked(2, 3) });

/** One that finds much. */
export const broadQuestions = fc.oneof(asked(0, 0), asked(1, 1));

export interface IncludeTerm {
  reverse: boolean;
  type: Type;
  param: string;
  target: Type | undefined;
  iterate: boolean;
}

/** Includes for matches of a type: first of it, then of what they bring. */
export function includesOf(type: Type): fc.Arbitrary<IncludeTerm[]> {
  const forward = (from: Type) => one(...references(from)).chain((param) => fc.record({ reverse: fc.constant(false), type: fc.constant(from), param: fc.constant(param.name), target: fc.option(one(...param.targets.filter((target): target is Type => worldTypes.includes(target as Type))), { nil: undefined }), iterate: fc.boolean() }));
  const pointing = worldTypes.flatMap((from) => references(from).filter(({ targets }) => targets.includes(type)).map((param) => [from, param.name] as const));
  const backward = (list: typeof pointing) => one(...list).chain(([from, param]) => fc.record({ reverse: fc.constant(true), type: fc.constant(from), param: fc.constant(param), target: fc.constant(undefined), iterate: fc.boolean() }));
  const first = [...(references(type).length > 0 ? [forward(type)] : []), ...(pointing.length > 0 ? [backward(pointing)] : [])];
  return fc.tuple(fc.array(fc.oneof(...first), { minLength: 1, maxLength: 2 }), fc.array(one(...worldTypes.filter((from) => references(from).length > 0)).chain(forward), { maxLength: 2 })).map((lists) => lists.flat());
}

/** Names that a search of the type may be ordered by. */
export const sortable = (type: string) => [...searchParams(type).values()].filter(({ type: kind, name: param }) => ['date', 'string', 'number', 'quantity'].includes(kind) && param !== '_lastUpdated').map(({ name: param }) => param);
