import type { Resource } from '@medplum/fhirtypes';
import type { Sql } from '../../db/types.ts';
import { indexResource } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { accessPredicate } from '../access-sql.ts';
import { isCompartmentParam } from '../main-columns.ts';
import { compartmentNumber } from '../token-hash.ts';
import { typeNumber } from '../type-number.ts';
import type { Scope } from '../types.ts';
import { bigints, Values } from '../values.ts';
import type { StoreParts } from '../parts.ts';
import { compartmentsOfClause, paramFilter, tokensFilter, updatedFilter, type FilterFrame } from './filter.ts';
import { parseQuery, type Clause } from './query.ts';
import { composites } from './recheck.ts';

/** Most targets that a chained condition may stand for. */
const chainLimit = 2000;

/**
 * The condition of a search over the row alias `r`: the type, what is not deleted, the caller's access, every clause. Chains are
 * resolved first, by statements of their own that carry the same access.
 */
export async function whereSql(parts: StoreParts, sql: Sql, scope: Scope, type: string, clauses: readonly Clause[], values: Values): Promise<string> {
  const compartments = clauses.map((clause) => compartmentsOfClause(type, clause)).filter((numbers) => numbers !== undefined);
  const driven = compartments.length > 0 || clauses.some((clause) => clause.kind === 'id');
  const frame: FilterFrame = { type, hasher: parts.hasher, zone: parts.zone, now: scope.now, values, driven };
  const terms = [`r.type = ${typeNumber(type)}`, 'not r.deleted'];
  // a single one as an equation: only then can the index give its rows in order
  for (const numbers of compartments) terms.push(numbers.length === 1 ? `r.compartment = ${values.add(numbers[0])}::bigint` : `r.compartment = any(${values.add(bigints(numbers))}::bigint[])`);
  const access = accessPredicate(scope.access, type, parts.hasher, values);
  if (access) terms.push(access);
  for (const clause of clauses) terms.push(await clauseSql(parts, sql, scope, frame, clause));
  return terms.join(' and ');
}

async function clauseSql(parts: StoreParts, sql: Sql, scope: Scope, frame: FilterFrame, clause: Clause): Promise<string> {
  switch (clause.kind) {
    case 'id':
      return `r.id = any(${frame.values.add([...clause.values])}::text[])`;
    case 'updated':
      return updatedFilter(frame, clause);
    case 'chain':
      return chain(parts, sql, scope, frame, clause);
    case 'has':
      return has(parts, sql, scope, frame, clause);
    case 'param':
      // a composite is narrowed by its parts here and matched on the resource itself afterwards
      return clause.param.type === 'composite' ? composites(frame, clause) : paramFilter(frame, clause);
  }
}

async function chain(parts: StoreParts, sql: Sql, scope: Scope, frame: FilterFrame, clause: Extract<Clause, { kind: 'chain' }>): Promise<string> {
  const types = clause.targetType ? [clause.targetType] : clause.param.targets;
  const targets: string[] = [];
  let known = false;
  for (const type of types) {
    const parsed = chainedClauses(type, clause);
    if (!parsed) continue;
    known = true;
    const values = new Values();
    const where = await whereSql(parts, sql, scope, type, parsed, values);
    const rows = await sql.query<{ id: string }>(`select r.id from resource r where ${where} limit ${chainLimit + 1}`, values.list);
    if (rows.length > chainLimit) throw new Problem('store.too-broad', { parameter: clause.name, limit: chainLimit });
    for (const row of rows) targets.push(`${type}/${row.id}`);
  }
  if (!known) throw new Problem('store.unknown-parameter', { type: frame.type, parameter: clause.name });
  if (targets.length === 0) return 'false';
  const filter = tokensFilter(frame, targets.map((target) => frame.hasher.token(frame.type, clause.param.name, 'reference', target)));
  if (!isCompartmentParam(frame.type, clause.param.name) || !targets.every((target) => target.startsWith('Patient/'))) return filter;
  return `r.compartment = any(${frame.values.add(bigints(targets.map((target) => compartmentNumber('Patient', target.slice(8)))))}::bigint[]) and ${filter}`;
}

/** The rest of a chain as clauses of the target type; undefined where this type has no such parameter. */
function chainedClauses(type: string, clause: Extract<Clause, { kind: 'chain' }>): readonly Clause[] | undefined {
  try {
    return parseQuery(type, new URLSearchParams([[clause.rest, clause.value]]).toString()).clauses;
  } catch (error) {
    if (error instanceof Problem && error.code === 'store.unknown-parameter' && !clause.targetType) return undefined;
    throw error;
  }
}

async function has(parts: StoreParts, sql: Sql, scope: Scope, frame: FilterFrame, clause: Extract<Clause, { kind: 'has' }>): Promise<string> {
  const inner = parseQuery(clause.type, new URLSearchParams([[clause.rest, clause.value]]).toString()).clauses;
  const values = new Values();
  const where = await whereSql(parts, sql, scope, clause.type, inner, values);
  const rows = await sql.query<{ content: string }>(`select r.content from resource r where ${where} limit ${chainLimit + 1}`, values.list);
  if (rows.length > chainLimit) throw new Problem('store.too-broad', { parameter: clause.name, limit: chainLimit });
  const ids = new Set<string>();
  for (const row of rows) {
    for (const entry of indexResource(JSON.parse(row.content) as Resource, { zone: parts.zone })) {
      if (entry.kind === 'reference' && entry.param === clause.param.name && entry.target?.startsWith(`${frame.type}/`)) ids.add(entry.target.slice(frame.type.length + 1));
    }
  }
  return ids.size === 0 ? 'false' : `r.id = any(${frame.values.add([...ids])}::text[])`;
}
