import { searchParams } from '../fhir/index.ts';
import type { Access, AccessAct, AccessRule } from './types.ts';
import { referenceHashes, tokenHashes } from './kept-hashes.ts';
import { compartmentNumber, type TokenHasher } from './token-hash.ts';
import { typeNumber } from './type-number.ts';
import { bigints, type Values } from './values.ts';

/** Whether a rule opens an act at all. */
export function opensAct(rule: AccessRule, act: AccessAct): boolean {
  return rule.acts ? rule.acts.includes(act) : rule.write || act === 'read' || act === 'search';
}

/** Whether a rule asks more of a resource than its type and its patient. */
export function asksTokens(rule: AccessRule): boolean {
  return Boolean(rule.withoutLabels?.length || rule.withTokens?.length || rule.everyTokens?.length);
}

/** Rules that speak of a type and open this act. */
function rulesFor(access: Access, type: string, act: AccessAct): readonly AccessRule[] {
  return access.rules.filter((rule) => opensAct(rule, act) && (rule.types === 'all' || rule.types.includes(type)));
}

/** Whether any rule opens this act on some resource of the type. */
export function mayEver(access: Access, type: string, act: AccessAct): boolean {
  return rulesFor(access, type, act).length > 0;
}

/** Whether an act is open on every resource of the type. */
function opensAll(access: Access, type: string, act: AccessAct): boolean {
  return rulesFor(access, type, act).some((rule) => rule.patients === 'all' && !asksTokens(rule));
}

/** Whether it is no secret to the caller which ids of the type are taken. Only then may he choose the id of a new resource. */
export function knowsIds(access: Access, type: string): boolean {
  return opensAll(access, type, 'read') || opensAll(access, type, 'update');
}

const open = new WeakMap<Access, boolean>();

/** Whether every act on every resource is open: such callers' statements need no predicate, so that one text serves them all. */
export function isOpen(access: Access): boolean {
  let known = open.get(access);
  if (known === undefined) {
    known = access.rules.some((rule) => rule.types === 'all' && rule.patients === 'all' && rule.write && !rule.acts && !asksTokens(rule));
    open.set(access, known);
  }
  return known;
}

/** A token `param=system|code`, `param=code` or `param=Type/id` of a rule as the hashes that rows keep of it. */
function ruleTokens(hasher: TokenHasher, type: string, text: string): bigint[] {
  const equals = text.indexOf('=');
  const [param, value] = [text.slice(0, equals), text.slice(equals + 1)];
  const bar = value.indexOf('|');
  if (bar !== -1) return tokenHashes(hasher, [type], param, [{ system: value.slice(0, bar), ...((bar === 0 || bar < value.length - 1) && { code: value.slice(bar + 1) }) }]);
  return searchParams(type).get(param)?.type === 'token' ? tokenHashes(hasher, [type], param, [{ code: value }]) : referenceHashes(hasher, [type], param, [value]);
}

/** The groups of tokens of a rule: a resource must carry one of each. */
function tokenGroups(rule: AccessRule): readonly (readonly string[])[] {
  return [...(rule.withTokens?.length ? [rule.withTokens] : []), ...(rule.everyTokens ?? [])];
}

/** The numbers of a rule's patients, computed once for each list: an access value is used by many statements. */
const known = new WeakMap<readonly string[], { own: string; further: string }>();

function patientNumbers(patients: readonly string[], hasher: TokenHasher): { own: string; further: string } {
  let numbers = known.get(patients);
  if (!numbers) {
    numbers = { own: bigints(patients.map((id) => compartmentNumber('Patient', id))), further: bigints(patients.map((id) => hasher.token('', '', 'compartment', id))) };
    known.set(patients, numbers);
  }
  return numbers;
}

/**
 * The predicate over the row alias `r` that a caller's statements carry for a type; what is searched unless another act is named.
 * `undefined`: everything is open. `'false'`: nothing is. What it hides is absent for every statement: chains, includes, totals, history, reference checks.
 * `hidden`: written so that no index is taken for it, where something narrower drives.
 */
export function accessPredicate(access: Access, type: string, hasher: TokenHasher, values: Values, options: { act?: AccessAct; alias?: string; hidden?: boolean } = {}): string | undefined {
  const r = options.alias ?? 'r';
  const tokens = options.hidden ? `(${r}.tokens || '{}'::bigint[])` : `${r}.tokens`;
  const parts: string[] = [];
  for (const rule of rulesFor(access, type, options.act ?? 'search')) {
    const terms: string[] = [];
    if (rule.patients !== 'all') {
      if (rule.patients.length === 0) continue;
      const numbers = patientNumbers(rule.patients, hasher);
      const open = `${options.hidden ? `(${r}.compartment + 0)` : `${r}.compartment`} = any(${values.add(numbers.own)}::bigint[])`;
      const further = () => `${tokens} && ${values.add(numbers.further)}::bigint[]`;
      terms.push(type === 'Patient' ? open : `(${open} or ${further()})`);
    }
    if (rule.withoutLabels?.length) terms.push(`not ${tokens} && ${values.add(bigints(rule.withoutLabels.map((label) => hasher.token(type, '_security', 'system|code', label))))}::bigint[]`);
    for (const group of tokenGroups(rule)) terms.push(`${tokens} && ${values.add(bigints(group.flatMap((token) => ruleTokens(hasher, type, token))))}::bigint[]`);
    if (terms.length === 0) return undefined;
    parts.push(terms.join(' and '));
  }
  return parts.length === 0 ? 'false' : `(${parts.map((part) => `(${part})`).join(' or ')})`;
}

/** The same for statements over several types at once, which read what is named. */
export function accessPredicateForTypes(access: Access, types: Iterable<string>, hasher: TokenHasher, values: Values, options: { act?: AccessAct; alias?: string; hidden?: boolean } = {}): string {
  const { alias = 'r', act = 'read' } = options;
  const distinct = [...new Set(types)];
  const open = distinct.filter((type) => opensAll(access, type, act));
  const parts = open.length > 0 ? [`${alias}.type in (${open.map((type) => typeNumber(type)).join(', ')})`] : [];
  for (const type of distinct) {
    if (open.includes(type)) continue;
    const predicate = accessPredicate(access, type, hasher, values, { ...options, act });
    if (predicate === 'false') continue;
    parts.push(`${alias}.type = ${typeNumber(type)}${predicate ? ` and ${predicate}` : ''}`);
  }
  return parts.length === 0 ? 'false' : `(${parts.map((part) => `(${part})`).join(' or ')})`;
}

/** How many patients the search of these types is confined to for the caller; undefined where some are open without one. */
export function confinedTo(access: Access, types: readonly string[]): number | undefined {
  const patients = new Set<string>();
  for (const type of types) {
    for (const rule of rulesFor(access, type, 'search')) {
      if (rule.patients === 'all') return undefined;
      for (const patient of rule.patients) patients.add(patient);
    }
  }
  return patients.size;
}

/**
 * The same over many types at once, a term for each rule and not for each type: a token carries its type within, so that those of all types may
 * stand in one list. `undefined`: everything is open.
 */
export function accessPredicateTogether(access: Access, types: readonly string[], hasher: TokenHasher, values: Values): string | undefined {
  const parts: string[] = [];
  for (const rule of access.rules) {
    const named = rule.types === 'all' ? types : types.filter((type) => rule.types.includes(type));
    if (!opensAct(rule, 'search') || named.length === 0 || rule.patients.length === 0) continue;
    const terms: string[] = [];
    if (named.length < types.length) terms.push(`r.type = any(${values.add(`{${named.map((type) => typeNumber(type)).join(',')}}`)}::smallint[])`);
    if (rule.patients !== 'all') {
      const numbers = patientNumbers(rule.patients, hasher);
      terms.push(`(r.compartment = any(${values.add(numbers.own)}::bigint[]) or (r.type <> 0 and r.tokens && ${values.add(numbers.further)}::bigint[]))`);
    }
    const tokens = (group: readonly string[]) => values.add(bigints(named.flatMap((type) => group.flatMap((token) => ruleTokens(hasher, type, token)))));
    if (rule.withoutLabels?.length) terms.push(`not r.tokens && ${tokens(rule.withoutLabels.map((label) => `_security=${label}`))}::bigint[]`);
    for (const group of tokenGroups(rule)) terms.push(`r.tokens && ${tokens(group)}::bigint[]`);
    if (terms.length === 0) return undefined;
    parts.push(`(${terms.join(' and ')})`);
  }
  return parts.length === 0 ? 'false' : `(${parts.join(' or ')})`;
}

/**
 * May the caller write a resource of this type that belongs to these patients, with these tokens? It must be so for every one of them:
 * who could name a stranger beside his own patient would open the stranger's record to himself.
 */
export function mayWrite(access: Access, type: string, patients: readonly string[], tokens: ReadonlySet<bigint>, hasher: TokenHasher, act: 'create' | 'update'): boolean {
  return rulesFor(access, type, act).some(
    (rule) =>
      (rule.patients === 'all' || (patients.length > 0 && patients.every((patient) => (rule.patients as readonly string[]).includes(patient)))) &&
      !(rule.withoutLabels ?? []).some((label) => tokens.has(hasher.token(type, '_security', 'system|code', label))) &&
      tokenGroups(rule).every((group) => group.some((token) => ruleTokens(hasher, type, token).some((hash) => tokens.has(hash)))),
  );
}
