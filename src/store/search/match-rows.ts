import type { Sql } from '../../db/types.ts';
import type { StoreParts } from '../parts.ts';
import { rowToStored } from '../stored-row.ts';
import type { Scope, Stored } from '../types.ts';
import type { Clause } from './clause.ts';
import type { Candidate, Frame } from './condition.ts';
import { entryMatches } from './entry-matches.ts';
import { passes, planSearch } from './plan.ts';
import { parseQuery } from './query.ts';
import { resolveClauses } from './resolve.ts';
import { candidateOf, selectRows } from './run.ts';
import { byRow, sortKeys } from './sort.ts';

/** Enough to tell none, one and several apart even where a hash collided. */
const enough = 5;

/**
 * What a condition matches: for conditional interactions, inside their transaction. The hashes only find candidates; what is
 * certain is read from the resources themselves.
 */
export async function matchRows(parts: StoreParts, sql: Sql, scope: Scope, type: string, query: string): Promise<Stored[]> {
  const { clauses } = parseQuery([type], query.replace(/^\?/, ''));
  const frame: Frame = { parts, sql, scope, types: [type], statistics: await parts.statistics(), base: undefined, codes: parts.codes };
  const { conditions, confined } = await resolveClauses(frame, clauses);
  const keys = sortKeys({ types: [type], sort: [] });
  const plan = planSearch(frame, clauses, conditions, { order: keys, page: enough }, confined);
  const rows = await selectRows(sql, plan, plan.rids ? byRow : keys, undefined, plan.rechecks.length > 0 ? 1000 : enough);
  const matches = rows.filter((row) => {
    const candidate = candidateOf(row.content, parts.zone);
    return passes(plan, candidate) && certain(candidate, clauses, parts.zone, scope.now);
  });
  return matches.slice(0, enough).map(rowToStored);
}

function certain(candidate: Candidate, clauses: readonly Clause[], zone: string, now: Date): boolean {
  return clauses.every(
    (clause) =>
      clause.kind !== 'param' ||
      clause.modifier !== undefined ||
      clause.param.type !== 'token' ||
      clause.values.some((value) => candidate.entries().some((entry) => entry.param === clause.param.name && entryMatches(entry, value, clause.name, zone, now))),
  );
}
