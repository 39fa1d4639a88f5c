import type { Resource } from '@medplum/fhirtypes';
import type { Sql } from '../../db/types.ts';
import { indexResource } from '../../fhir/index.ts';
import { rowToStored, storedColumns, type StoredRow } from '../stored-row.ts';
import type { Scope, Stored } from '../types.ts';
import { Values } from '../values.ts';
import type { StoreParts } from '../parts.ts';
import { parseQuery, type Clause } from './query.ts';
import { entryMatches, matchesComposites, needsRecheck } from './recheck.ts';
import { whereSql } from './where.ts';

/** Enough to tell none, one and several apart even where a hash collided. */
const enough = 5;

/**
 * What a condition matches: for conditional interactions, inside their transaction. The hashes only find candidates; what is
 * certain is read from the resources themselves.
 */
export async function matchRows(parts: StoreParts, sql: Sql, scope: Scope, type: string, query: string): Promise<Stored[]> {
  const { clauses } = parseQuery(type, query.replace(/^\?/, ''));
  const values = new Values();
  const where = await whereSql(parts, sql, scope, type, clauses, values);
  const rows = await sql.query<StoredRow>(`select ${storedColumns} from resource r where ${where} order by r.id limit ${enough}`, values.list);
  return rows.filter((row) => certain(row.content, clauses, parts.zone, scope.now)).map(rowToStored);
}

function certain(content: string, clauses: readonly Clause[], zone: string, now: Date): boolean {
  if (needsRecheck(clauses) && !matchesComposites(content, clauses, zone, now)) return false;
  const entries = indexResource(JSON.parse(content) as Resource, { zone });
  return clauses.every(
    (clause) =>
      clause.kind !== 'param' ||
      clause.modifier !== undefined ||
      clause.param.type !== 'token' ||
      clause.values.some((value) => entries.some((entry) => entry.param === clause.param.name && entryMatches(entry, value, clause.name, zone, now))),
  );
}
