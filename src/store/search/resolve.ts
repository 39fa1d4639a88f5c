import type { Resource } from '@medplum/fhirtypes';
import { indexParam, keepingOf } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { isCompartmentParam } from '../main-columns.ts';
import { bigints, Values } from '../values.ts';
import type { Clause } from './clause.ts';
import { hasherOf, nothing, resourcesNamed, type Condition, type Frame } from './condition.ts';
import { makeCondition } from './make-condition.ts';
import { passes, planSearch, type Plan } from './plan.ts';
import { parseQuery } from './query.ts';
import { compartmentsOfTargets, referencesTo } from './reference-conditions.ts';
import { candidateOf, runSearch } from './run.ts';

/** Most targets that a chained condition may stand for. */
export const chainLimit = 5000;

export interface Resolved {
  conditions: readonly Condition[];
  /** Numbers of the patients to whom a chain confines the search. */
  confined?: readonly bigint[];
}

/**
 * What every clause asks. Chains and `_has` are searches of their own, that carry the same access: what the caller may not see leads nowhere
 * (http://hl7.org/fhir/R4/search.html#chaining).
 */
export async function resolveClauses(frame: Frame, clauses: readonly Clause[]): Promise<Resolved> {
  const conditions: Condition[] = [];
  let confined: readonly bigint[] | undefined;
  for (const clause of clauses) {
    if (clause.kind === 'chain') {
      const targets = await chainTargets(frame, clause);
      conditions.push(referencesTo(frame, clause.param.name, targets));
      const [type, ...others] = frame.types;
      if (others.length === 0 && isCompartmentParam(type!, clause.param.name)) confined = compartmentsOfTargets(targets) ?? confined;
    } else conditions.push(clause.kind === 'has' ? await hasCondition(frame, clause) : await makeCondition(frame, clause));
  }
  return { conditions, ...(confined && { confined }) };
}

async function chainTargets(frame: Frame, clause: Extract<Clause, { kind: 'chain' }>): Promise<string[]> {
  const types = clause.targetType ? [clause.targetType] : clause.param.targets;
  const targets: string[] = [];
  let known = false;
  for (const type of types) {
    const inner = innerClauses(type, clause.rest, clause.value, clause.targetType === undefined && types.length > 1);
    if (!inner) continue;
    known = true;
    const rows = await innerRows<{ id: string; content: string }>(frame, type, inner, clause.name, 'r.id');
    targets.push(...rows.map(({ id }) => `${type}/${id}`));
    if (targets.length > chainLimit) throw new Problem('store.too-broad', { parameter: clause.name, limit: chainLimit });
  }
  if (!known) throw new Problem('store.unknown-parameter', { type: frame.types.join(', '), parameter: clause.name });
  return targets;
}

/** The rest of a chain as clauses of the target type; undefined where this one of several types has no such parameter. */
function innerClauses(type: string, rest: string, value: string, oneOfSeveral: boolean): readonly Clause[] | undefined {
  try {
    return parseQuery([type], new URLSearchParams([[rest, value]]).toString()).clauses;
  } catch (error) {
    if (oneOfSeveral && error instanceof Problem && (error.code === 'store.unknown-parameter' || error.code === 'store.bad-modifier')) return undefined;
    throw error;
  }
}

async function innerRows<Row extends { content: string }>(frame: Frame, type: string, clauses: readonly Clause[], name: string, column: string): Promise<Row[]> {
  if (clauses.length === 0) throw new Problem('store.unknown-parameter', { type, parameter: name });
  const inner: Frame = { ...frame, types: [type] };
  const { conditions, confined } = await resolveClauses(inner, clauses);
  const plan = planSearch(inner, clauses, conditions, { order: [], page: undefined }, confined);
  const rows = await selectAll<Row>(inner, plan, column);
  if (rows.length > chainLimit) throw new Problem('store.too-broad', { parameter: name, limit: chainLimit });
  return plan.rechecks.length === 0 ? rows : rows.filter(({ content }) => passes(plan, candidateOf(content, frame.parts.zone)));
}

function selectAll<Row extends object>(frame: Frame, plan: Plan, column: string): Promise<Row[]> {
  const values = new Values();
  const columns = plan.rechecks.length > 0 && !column.includes('content') ? `${column}, r.content` : column;
  const text = `select ${columns} from (${plan.branches.map((branch) => `select * from resource r where ${branch(values)}`).join(' union all ')} offset 0) r where ${plan.tests(values)} limit ${chainLimit + 1}`;
  return runSearch<Row>(frame.sql, plan, text, values);
}

/** `_has`: whatever a matching resource of the other type leads to by the parameter. */
async function hasCondition(frame: Frame, clause: Extract<Clause, { kind: 'has' }>): Promise<Condition> {
  const inner = innerClauses(clause.type, clause.rest, clause.value, false)!;
  // the number of the patient stands in the row already, where it is he whom the parameter names
  if (frame.types.length === 1 && frame.types[0] === 'Patient' && isCompartmentParam(clause.type, clause.param.name)) {
    const named = hasherOf(frame).token(clause.type, keepingOf(clause.type, clause.param.name).sources[0]!, 'reference-type', 'Patient');
    const rows = await innerRows<{ compartment: string; named: boolean; content: string }>(frame, clause.type, inner, clause.name, `r.compartment::text as compartment, ${named}::bigint = any(r.tokens) as named`);
    const numbers = [...new Set(rows.filter((row) => row.named).map(({ compartment }) => BigInt(compartment)))];
    if (numbers.length === 0) return nothing();
    return {
      test: (values) => `(r.compartment + 0) = any(${values.add(bigints(numbers))}::bigint[])`,
      rows: numbers.length,
      drive: (values) => `r.type = 0 and r.compartment = any(${values.add(bigints(numbers))}::bigint[])`,
    };
  }
  const rows = await innerRows<{ content: string }>(frame, clause.type, inner, clause.name, 'r.content');
  const ids = new Map<string, Set<string>>();
  for (const { content } of rows) {
    for (const entry of indexParam(JSON.parse(content) as Resource, clause.param.name, { zone: frame.parts.zone })) {
      const [type, id, more] = (entry.kind === 'reference' ? (entry.target ?? '') : '').split('/');
      if (type !== undefined && id !== undefined && more === undefined && frame.types.includes(type)) ids.set(type, (ids.get(type) ?? new Set()).add(id));
    }
  }
  return ids.size === 0 ? nothing() : resourcesNamed(ids);
}
