import { foldText, latinOf, resourceTypes, searchParams, type SearchParam } from '../../src/fhir/index.ts';
import { find, instants, quantities, spread, typeOf } from './read-by-fhirpath.ts';

/**
 * Search as the standard's page says it (http://hl7.org/fhir/R4/search.html), over an array, without any index: slow and plain, so that it can be
 * read against the page. Values come from the general FHIRPath library. Dates without a zone are in UTC.
 */

export interface Resource {
  resourceType: string;
  id: string;
}
type Found = Record<string, unknown>;

export interface World {
  readonly resources: readonly Resource[];
  readonly now: Date;
}

/** Matches of `name=value` terms, all of which must hold. */
export function search(world: World, type: string, terms: readonly (readonly [string, string])[]): Resource[] {
  return world.resources.filter((resource) => resource.resourceType === type && terms.every(([name, value]) => holds(world, resource, name, value)));
}

function holds(world: World, resource: Resource, name: string, value: string): boolean {
  const type = resource.resourceType;
  if (name.startsWith('_has:')) {
    const [, from = '', reference = '', ...rest] = name.split(':');
    const param = searchParams(from).get(reference)!;
    return world.resources.some((other) => other.resourceType === from && targets(other, param).includes(`${type}/${resource.id}`) && holds(world, other, rest.join(':'), value));
  }
  const dot = name.indexOf('.');
  if (dot > 0) {
    const [head = '', only] = name.slice(0, dot).split(':');
    const param = searchParams(type).get(head)!;
    return targets(resource, param).some((target) => {
      const found = world.resources.find((one) => `${one.resourceType}/${one.id}` === target);
      if (!found || (only !== undefined && found.resourceType !== only)) return false;
      const rest = name.slice(dot + 1);
      return isKnown(found.resourceType, rest) && holds(world, found, rest, value);
    });
  }
  const [head = '', modifier] = name.split(':');
  const asked = split(value, ',');
  if (head === '_id') return asked.includes(resource.id);
  const param = searchParams(type).get(head)!;
  const values = valuesOf(resource, param);
  if (modifier === 'missing') return (values.length === 0) === (value === 'true');
  if (modifier === 'not') return !asked.some((one) => values.some((found) => matches(world, resource, param, undefined, found, one)));
  if (modifier === 'text') return asked.some((one) => textBegins(values, one));
  if (param.type === 'string' && modifier === undefined) return asked.some((one) => wordsBegin(values, one));
  return asked.some((one) => values.some((found) => matches(world, resource, param, modifier, found, one)));
}

function isKnown(type: string, name: string): boolean {
  return name.startsWith('_has:') || name.startsWith('_id') || searchParams(type).has(/^[^:.]+/.exec(name)![0]);
}

/** The local resources that a reference parameter leads to. */
export function targets(resource: Resource, param: SearchParam): string[] {
  return valuesOf(resource, param).flatMap((value) => {
    const reference = typeof value === 'string' ? value : (value as Found).reference;
    return typeof reference === 'string' && /^[A-Z]\w+\/[-A-Za-z0-9.]+(\/_history\/.+)?$/.test(reference) ? [reference.split('/').slice(0, 2).join('/')] : [];
  });
}

const remembered = new WeakMap<Resource, Map<string, unknown[]>>();

/** What a parameter reads from a resource, without the things that have no meaning for it. */
export function valuesOf(resource: Resource, param: SearchParam): unknown[] {
  let known = remembered.get(resource);
  if (!known) remembered.set(resource, (known = new Map<string, unknown[]>()));
  let values = known.get(param.name);
  if (!values) {
    values = param.type === 'composite' ? find(param.expression, resource) : find(param.expression, resource).filter((value) => counts(param, value));
    known.set(param.name, values);
  }
  return values;
}

function counts(param: SearchParam, value: unknown): boolean {
  const type = typeOf(value);
  const of = (typeof value === 'object' ? value : {}) as Found;
  if (param.type === 'date') return type === 'Period' ? of.start !== undefined || of.end !== undefined : type === 'Timing' ? of.event !== undefined || (of.repeat as Found | undefined)?.boundsPeriod !== undefined : type === 'string' && /^\d{4}/.test(value as string);
  if (param.type === 'quantity') return quantities.has(type) ? of.value !== undefined : ['Range', 'Money', 'SampledData'].includes(type);
  if (param.type === 'reference') return type === 'string' || typeof of.reference === 'string' || (of.identifier as Found | undefined)?.value !== undefined;
  if (param.type === 'token') return ['string', 'boolean', 'Coding', 'CodeableConcept', 'Identifier', 'ContactPoint'].includes(type) && (type !== 'ContactPoint' || of.value !== undefined);
  if (param.type === 'number') return type === 'number';
  return true;
}

function matches(world: World, resource: Resource, param: SearchParam, modifier: string | undefined, value: unknown, asked: string): boolean {
  switch (param.type) {
    case 'token':
      return modifier === 'of-type' ? ofType(value as Found, asked) : codes(value, impliedSystem(resource, param, value)).some((one) => tokenIs(one, asked));
    case 'string':
      return modifier === 'exact' ? partsOf(value).includes(unescape(asked)) : partsOf(value).some((part) => latinOf(part).includes(latinOf(unescape(asked))));
    case 'uri':
      return uriIs(value as string, unescape(asked), modifier);
    case 'reference':
      return modifier === 'identifier' ? identifierIs(value as Found, asked) : referenceIs(value, param, modifier, unescape(asked));
    case 'date':
      return dateIs(value, asked, world.now);
    case 'number':
      return numberIs([value as number, value as number], asked);
    case 'quantity':
      return quantityIs(value as Found, asked);
    case 'composite':
      return split(asked, '$').every((part, index) => {
        const component = param.components[index]!;
        const own: SearchParam = { ...param, name: component.param, type: component.type, targets: searchParams(resource.resourceType).get(component.param)?.targets ?? [], components: [] };
        const from = component.expression.startsWith('%resource.') ? resource : value;
        const found = find(component.expression, from).filter((one) => counts(own, one));
        return component.type === 'string' ? wordsBegin(found, part) : found.some((one) => matches(world, resource, own, undefined, one, part));
      });
    default:
      return false;
  }
}

interface Code {
  system?: string | undefined;
  code?: string | undefined;
}

function codes(value: unknown, implied: string | undefined): Code[] {
  const of = value as Found;
  switch (typeOf(value)) {
    case 'CodeableConcept':
      return (of.coding ?? []) as Code[];
    case 'Identifier':
      return [{ system: of.system as string | undefined, code: of.value as string | undefined }];
    case 'ContactPoint':
      return [{ code: of.value as string }];
    case 'Coding':
      return [of];
    default:
      return [{ code: String(value), system: implied }];
  }
}

/** Codes whose binding implies a system (search.html#token); only those that the tests ask with a system. */
const implied: Readonly<Record<string, string>> = {
  'Patient.gender': 'http://hl7.org/fhir/administrative-gender',
  'Observation.status': 'http://hl7.org/fhir/observation-status',
  'Encounter.status': 'http://hl7.org/fhir/encounter-status',
};

function impliedSystem(resource: Resource, param: SearchParam, value: unknown): string | undefined {
  return typeof value === 'string' ? implied[`${resource.resourceType}.${param.name}`] : undefined;
}

/** `code`, `system|code`, `|code`, `system|` (search.html#token). */
function tokenIs({ system, code }: Code, asked: string): boolean {
  const bar = /(?:^|[^\\])(?:\\\\)*\|/.exec(asked);
  if (!bar) return code === unescape(asked);
  const at = bar.index + bar[0].length - 1;
  const [wantedSystem, wantedCode] = [unescape(asked.slice(0, at)), unescape(asked.slice(at + 1))];
  return (wantedSystem === '' ? system === undefined : system === wantedSystem) && (wantedCode === '' || code === wantedCode);
}

/** `system|code|value` */
function ofType(value: Found, asked: string): boolean {
  const [system, code, number] = split(asked, '|').map(unescape);
  const kinds = (((value.type as Found | undefined)?.coding ?? []) as Code[]).some((one) => one.system === system && one.code === code);
  return kinds && value.value === number;
}

function identifierIs(value: Found, asked: string): boolean {
  const identifier = value.identifier as { system?: string; value?: string } | undefined;
  return identifier?.value !== undefined && tokenIs({ system: identifier.system, code: identifier.value }, asked);
}

function partsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const of = value as Found;
  const parts = ['family', 'given', 'prefix', 'suffix', 'text', 'line', 'city', 'district', 'state', 'postalCode', 'country'].flatMap((name) => (of[name] ?? []) as string | string[]);
  const whole = (typeOf(value) === 'HumanName' ? ['family', 'given'] : ['line', 'city', 'district', 'state', 'postalCode', 'country']).flatMap((name) => (of[name] ?? []) as string | string[]);
  return [...parts, whole.join(' ')].filter((part) => part !== '');
}

/** Names as people type them: every word begins a word of the values, whatever case, ё, order or script. */
function wordsBegin(values: readonly unknown[], asked: string): boolean {
  const words = values.flatMap(partsOf).flatMap((text) => latinOf(text).split(' '));
  const typed = latinOf(unescape(asked)).split(' ').filter(Boolean);
  return typed.length > 0 && typed.every((word) => words.some((one) => one.startsWith(word)));
}

/** `:text`: the text of a code begins so (search.html#modifiers). */
function textBegins(values: readonly unknown[], asked: string): boolean {
  const typed = latinOf(foldText(unescape(asked)));
  return typed !== '' && values.flatMap(textsOf).some((text) => latinOf(foldText(text)).startsWith(typed));
}

function textsOf(value: unknown): string[] {
  const of = value as Found;
  const texts = typeOf(value) === 'CodeableConcept' ? [of.text, ...((of.coding ?? []) as Found[]).map(({ display }) => display)] : typeOf(value) === 'Coding' ? [of.display] : typeOf(value) === 'Identifier' ? [(of.type as Found | undefined)?.text] : [];
  return texts.filter((text): text is string => typeof text === 'string');
}

function uriIs(value: string, asked: string, modifier: string | undefined): boolean {
  const forms = [value, value.split('|')[0]!];
  if (modifier === 'below') return forms.some((one) => one.startsWith(asked));
  if (modifier === 'above') return forms.some((one) => asked === one || asked.startsWith(one.endsWith('/') ? one : `${one}/`));
  return forms.includes(asked);
}

function referenceIs(value: unknown, param: SearchParam, modifier: string | undefined, asked: string): boolean {
  const reference = typeof value === 'string' ? value : ((value as Found).reference as string | undefined);
  if (reference === undefined || reference.startsWith('#')) return false;
  const bare = reference.replace(/\/_history\/[^/]+$/, '');
  if (typeof value === 'string' || asked.includes('/') || asked.includes(':')) return bare === asked || (typeof value === 'string' && value.split('|')[0] === asked);
  const types = modifier ? [modifier] : param.targets.length > 0 ? param.targets : resourceTypes;
  return types.some((type) => bare === `${type}/${asked}`);
}

type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

function prefixOf(asked: string): [Prefix, string] {
  const found = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(.+)$/.exec(asked);
  return found ? [found[1] as Prefix, found[2]!] : ['eq', asked];
}

/** The table of search.html#prefix over two ranges. */
function compare(prefix: Prefix, [low, high]: readonly [number, number], [askedLow, askedHigh]: readonly [number, number]): boolean {
  const within = low >= askedLow && high <= askedHigh;
  return { eq: within, ne: !within, gt: high > askedHigh, lt: low < askedLow, ge: within || high > askedHigh, le: within || low < askedLow, sa: low > askedHigh, eb: high < askedLow, ap: low <= askedHigh && high >= askedLow }[prefix];
}

function dateIs(value: unknown, asked: string, now: Date): boolean {
  const [prefix, text] = prefixOf(asked);
  let [low, high] = instants(text);
  if (prefix === 'ap') {
    // a tenth of the time between then and now
    const slack = Math.abs(now.getTime() - low) * 0.1;
    [low, high] = [low - slack, high + slack];
  }
  return rangesOf(value).some((range) => compare(prefix, range, [low, high]));
}

export function rangesOf(value: unknown): [number, number][] {
  if (typeof value === 'string') return [instants(value)];
  const of = value as Found;
  const period = ({ start, end }: Found): [number, number] => [start === undefined ? -Infinity : instants(start as string)[0], end === undefined ? Infinity : instants(end as string)[1]];
  if (typeOf(value) === 'Period') return [period(of)];
  const events = ((of.event ?? []) as string[]).map(instants);
  const bounds = (of.repeat as Found | undefined)?.boundsPeriod as Found | undefined;
  return [...(events.length > 0 ? [[Math.min(...events.map(([low]) => low)), Math.max(...events.map(([, high]) => high))] as [number, number]] : []), ...(bounds ? [period(bounds)] : [])];
}

/** A number counts as it is; what is asked by eq, ne and ap means the range of its digits (search.html#number). */
function numberIs([low, high]: readonly [number, number], asked: string): boolean {
  const [prefix, text] = prefixOf(asked);
  const number = Number(text);
  if (prefix === 'ap') return compare('ap', [low, high], [number - Math.abs(number) * 0.1, number + Math.abs(number) * 0.1]);
  if (prefix !== 'eq' && prefix !== 'ne') return compare(prefix, [low, high], [number, number]);
  const [from, till] = spread(number, text);
  // the upper end is not within: 100 is [99.5, 100.5)
  const within = low >= from && high < till;
  return prefix === 'eq' ? within : !within;
}

/** Units of time that the tests use, in hours: what is measured in one is found by another (search.html#quantity, UCUM). */
const hours: Readonly<Record<string, number>> = { h: 1, a: 8766 };

function quantityIs(value: Found, asked: string): boolean {
  const [amount = '', system = '', code = ''] = split(asked, '|', true).map(unescape);
  const one = typeOf(value) === 'Range' ? ((value.low ?? value.high) as Found) : value;
  const [own, wanted] = [hours[one.code as string], hours[code]];
  if (own !== undefined && wanted !== undefined && own !== wanted && system === one.system) return numberIs(amountOf(value).map((end) => (end * own) / wanted) as [number, number], amount);
  if (code !== '' && !((one.code === code && (system === '' || one.system === system)) || (system === '' && one.unit === code))) return false;
  return numberIs(amountOf(value), amount);
}

function amountOf(value: Found): [number, number] {
  if (typeOf(value) === 'Range') return [((value.low as Found | undefined)?.value as number | undefined) ?? -Infinity, ((value.high as Found | undefined)?.value as number | undefined) ?? Infinity];
  const number = value.value as number;
  const comparator = value.comparator as string | undefined;
  // “<5” is less than 5, never 5 itself (valueset-quantity-comparator.html)
  const next = Math.max(Math.abs(number) * Number.EPSILON, Number.MIN_VALUE);
  if (comparator?.startsWith('<')) return [-Infinity, comparator === '<' ? number - next : number];
  if (comparator?.startsWith('>')) return [comparator === '>' ? number + next : number, Infinity];
  return [number, number];
}

/** Splits where no backslash stands before (search.html#escaping). */
export function split(value: string, separator: string, keepEmpty = false): string[] {
  const parts = [''];
  for (let at = 0; at < value.length; at++) {
    if (value[at] === '\\' && at + 1 < value.length) parts[parts.length - 1] += value[at]! + value[++at]!;
    else if (value[at] === separator) parts.push('');
    else parts[parts.length - 1] += value[at]!;
  }
  return keepEmpty ? parts : parts.filter((part) => part !== '');
}

const unescape = (text: string) => text.replace(/\\([\\,|$])/g, '$1');

/** What `_include` or `_revinclude` brings beside matches (search.html#include). */
export function included(world: World, matches: readonly Resource[], includes: readonly { reverse: boolean; type: string; param: string; target?: string | undefined; iterate: boolean }[]): Resource[] {
  const key = ({ resourceType, id }: Resource) => `${resourceType}/${id}`;
  const known = new Set(matches.map(key));
  const all: Resource[] = [];
  let from = matches;
  for (let round = 0; from.length > 0; round++) {
    const next: Resource[] = [];
    for (const { reverse, type, param, target, iterate } of includes) {
      if (round > 0 && !iterate) continue;
      const params = param === '*' ? [...searchParams(type).values()].filter((one) => one.type === 'reference') : [searchParams(type).get(param)!];
      const leads = (one: Resource) => params.flatMap((each) => targets(one, each)).filter((to) => target === undefined || to.startsWith(`${target}/`));
      const brought = reverse
        ? world.resources.filter((one) => one.resourceType === type && leads(one).some((to) => from.some((match) => key(match) === to)))
        : from.filter((one) => one.resourceType === type).flatMap((one) => leads(one).flatMap((to) => world.resources.filter((other) => key(other) === to)));
      for (const one of brought) {
        if (known.has(key(one))) continue;
        known.add(key(one));
        next.push(one);
      }
    }
    all.push(...next);
    from = next;
  }
  return all;
}
