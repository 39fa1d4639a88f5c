import type { Resource } from '@medplum/fhirtypes';
import { indexParam, readsCanonicals, resourceTypes, searchParams } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { accessPredicate } from '../access-sql.ts';
import { referenceHashes } from '../kept-hashes.ts';
import { isCompartmentParam } from '../main-columns.ts';
import { compartmentNumber } from '../token-hash.ts';
import { typeNumber } from '../type-number.ts';
import { bigints, Values } from '../values.ts';
import type { Clause } from './clause.ts';
import { anyToken, hasherOf, type Condition, type Frame } from './condition.ts';
import { unescapeValue } from './parse-clause.ts';
import { badModifier } from './token-conditions.ts';

type ParamClause = Extract<Clause, { kind: 'param' }>;

/** Resources that a hierarchy may have below or above one of them, and levels of it. */
const hierarchyLimit = 2000;
const levels = 30;

/** A reference with each of its modifiers (http://hl7.org/fhir/R4/search.html#reference). */
export async function referenceCondition(frame: Frame, clause: ParamClause): Promise<Condition> {
  const { param, modifier } = clause;
  if (modifier === 'identifier') {
    const hasher = hasherOf(frame);
    return anyToken(frame, frame.types.flatMap((type) => clause.values.map((value) => hasher.token(type, param.name, 'identifier', unescapeValue(value)))));
  }
  if (modifier === 'above' || modifier === 'below') return referencesTo(frame, param.name, await hierarchy(frame, clause, modifier));
  const targets = targetsOf(clause, frame.base);
  const asWritten = modifier === undefined && frame.types.some((type) => readsCanonicals(type, param.name)) ? clause.values.map(unescapeValue).filter((value) => !targets.includes(value)) : [];
  return referencesTo(frame, param.name, [...targets, ...asWritten]);
}

export function referencesTo(frame: Frame, param: string, targets: readonly string[]): Condition {
  return anyToken(frame, referenceHashes(hasherOf(frame), frame.types, param, targets));
}

/** `Type/id` of each resource that a typed reference may mean: `Type/id`, a bare id with the modifier's type or any target type, or a URL. */
export function targetsOf(clause: ParamClause, base?: string): string[] {
  const { param, modifier } = clause;
  if (modifier !== undefined && !resourceTypes.includes(modifier)) throw badModifier(clause);
  return clause.values.map(unescapeValue).flatMap((value) => {
    const current = value.replace(/\/_history\/[A-Za-z0-9\-.]{1,64}$/, '');
    const own = base !== undefined && current.startsWith(`${base}/`);
    const local = own ? current.slice(base.length + 1) : current;
    if (local.includes('/') || local.includes(':')) return own ? [local, current] : [local];
    const types = modifier ? [modifier] : param.name === 'patient' ? ['Patient'] : param.targets.length > 0 ? param.targets : resourceTypes;
    return types.map((type) => `${type}/${local}`);
  });
}

/** The compartments that a clause confines the search to, where it names the row's own patient; undefined where it does not. */
export function compartmentsOfClause(type: string, clause: Clause): bigint[] | undefined {
  if (clause.kind !== 'param' || clause.param.type !== 'reference' || !isCompartmentParam(type, clause.param.name)) return undefined;
  if (clause.modifier !== undefined && clause.modifier !== 'Patient') return undefined;
  return compartmentsOfTargets(targetsOf(clause));
}

/** The numbers of these patients; undefined where something else than a patient is among them. */
export function compartmentsOfTargets(targets: readonly string[]): bigint[] | undefined {
  const patients = targets.map((target) => /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(target)?.[1]);
  return patients.length > 0 && patients.every((id) => id !== undefined) ? patients.map((id) => compartmentNumber('Patient', id)) : undefined;
}

/** The parameters by which resources of a type contain each other (Location.partof, Encounter.part-of …), so that `:below` has a meaning. */
function parentParam(type: string): string | undefined {
  const params = searchParams(type);
  return ['partof', 'part-of', 'parent'].find((name) => params.get(name)?.type === 'reference' && params.get(name)!.targets.includes(type));
}

/** The resources named and all that they are part of, or that are part of them, as far as the caller may see (http://hl7.org/fhir/R4/search.html#modifiers). */
async function hierarchy(frame: Frame, clause: ParamClause, way: 'above' | 'below'): Promise<string[]> {
  const typed = targetsOf({ ...clause, modifier: undefined }, frame.base);
  const found = new Set(typed);
  // a bare id may mean several types: those without a hierarchy stand for themselves
  const hierarchies = [...new Set(typed.map((target) => target.split('/')[0]!))].flatMap((type) => {
    const parent = typeNumber(type) === undefined ? undefined : parentParam(type);
    return parent === undefined ? [] : [{ type, parent }];
  });
  if (hierarchies.length === 0) throw badModifier(clause);
  for (const { type, parent } of hierarchies) {
    let level = typed.filter((target) => target.startsWith(`${type}/`));
    for (let depth = 0; depth < levels && level.length > 0; depth++) {
      const next = way === 'below' ? await children(frame, type, parent, level) : await parents(frame, type, parent, level);
      level = next.filter((target) => !found.has(target));
      for (const target of level) found.add(target);
      if (found.size > hierarchyLimit) throw new Problem('store.too-broad', { parameter: clause.name, limit: hierarchyLimit });
    }
  }
  return [...found];
}

async function children(frame: Frame, type: string, parent: string, of: readonly string[]): Promise<string[]> {
  const values = new Values();
  const tokens = values.add(bigints(referenceHashes(hasherOf(frame), [type], parent, of)));
  const access = accessPredicate(frame.scope.access, type, hasherOf(frame), values, { hidden: true });
  const rows = await frame.sql.query<{ id: string }>(
    `select r.id from resource r where r.tokens && ${tokens}::bigint[] and r.type = ${typeNumber(type)} and not r.deleted${access ? ` and ${access}` : ''} limit ${hierarchyLimit + 1}`,
    values.list,
  );
  return rows.map(({ id }) => `${type}/${id}`);
}

async function parents(frame: Frame, type: string, parent: string, of: readonly string[]): Promise<string[]> {
  const values = new Values();
  const ids = values.add(of.map((target) => target.slice(type.length + 1)));
  const access = accessPredicate(frame.scope.access, type, hasherOf(frame), values, { hidden: true });
  const rows = await frame.sql.query<{ content: string }>(
    `select r.content from resource r where r.type = ${typeNumber(type)} and r.id = any(${ids}::text[]) and not r.deleted${access ? ` and ${access}` : ''}`,
    values.list,
  );
  return rows.flatMap(({ content }) =>
    indexParam(JSON.parse(content) as Resource, parent).flatMap((entry) => (entry.kind === 'reference' && entry.target?.startsWith(`${type}/`) ? [entry.target] : [])),
  );
}
