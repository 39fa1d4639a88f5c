import type { SearchParameter } from '@medplum/fhirtypes';
import type { Sql } from '../db/types.ts';
import { defineParam, isStandardDefinition, standardParams } from '../fhir/index.ts';
import type { SearchParam } from '../fhir/types.ts';
import { Problem } from '../kernel/problem.ts';
import { shardOf } from '../kernel/id.ts';
import { raiseGeneration } from './raise-generation.ts';
import { extraction } from './row.ts';
import { typeNumber } from './type-number.ts';

/** Is the definition to be searched by? A draft is stored and nothing else; the standard's own are compiled in already. */
function isInForce(definition: SearchParameter): boolean {
  return definition.status === 'active' && !isStandardDefinition(definition);
}

/** Refuses a definition that Karta could not search by, before it is written: each issue names the element and the place. */
export function checkDefinition(definition: SearchParameter): void {
  if (!isInForce(definition)) return;
  // components may be parameters of this installation: that is looked at when it is brought in
  const { issues } = defineParam(definition, (url, type) => standardParams(type)?.find((param) => param.url === url.split('|')[0]) ?? { name: 'component', type: 'token', url, expression: '', targets: [], components: [] });
  const certain = issues.filter((issue) => !issue.expression.startsWith('SearchParameter.component'));
  if (certain.length > 0) throw new Problem('store.search-parameter', { code: definition.code?.slice(0, 64) }, certain);
}

interface Row {
  id: string;
  version: number;
  code: string;
  types: number[];
  params: Record<string, SearchParam>;
  refused: string | null;
}

/**
 * Brings in what a SearchParameter says now: a new set of parameters, and with it a new generation, where that changes what is extracted.
 * Doing it again changes nothing. Answers whether a generation was raised.
 */
export async function bringInDefinition(sql: Sql, id: string): Promise<boolean> {
  // one at a time over all processes: a generation is one set
  await sql.query(`select 1 from index_generation where number = 1 for update`);
  const [stored] = await sql.query<{ version: number; deleted: boolean; content: string }>(`select version, deleted, content from resource where type = $1 and id = $2`, [typeNumber('SearchParameter'), id]);
  const all = await sql.query<Row>(`select id, version, code, types, params, refused from own_parameter`);
  const known = all.find((row) => row.id === id);
  if (!stored || known?.version === stored.version) return false;
  const definition = stored.deleted ? undefined : (JSON.parse(stored.content) as SearchParameter);
  if (!definition || !isInForce(definition)) {
    if (!known) return false;
    await sql.query(`delete from own_parameter where id = $1`, [id]);
    // the rows are cleaned by the same job that would bring them up
    if (known.types.length > 0) await raiseGeneration(sql, { extraction, types: known.types, kinds: [], known: true });
    return known.types.length > 0;
  }
  const { params, refused } = judge(definition, all.filter((row) => row.id !== id));
  const types = Object.keys(params).map((type) => typeNumber(type)!);
  const changed = JSON.stringify(sorted(params)) !== JSON.stringify(sorted(known?.params ?? {}));
  const touched = [...new Set([...types, ...(known?.types ?? [])])];
  const generation = changed && touched.length > 0 ? await raiseGeneration(sql, { extraction, types: touched, kinds: [], known: known !== undefined }) : undefined;
  await sql.query(
    `insert into own_parameter as p (id, shard, version, url, code, types, params, generation, refused) values ($1, $2, $3, $4, $5, $6::smallint[], $7, coalesce($8::smallint, 1), $9)
     on conflict (id) do update set version = excluded.version, url = excluded.url, code = excluded.code, types = excluded.types, params = excluded.params,
       generation = coalesce($8::smallint, p.generation), refused = excluded.refused`,
    [id, shardOf(id), stored.version, definition.url ?? '', definition.code ?? '', types, JSON.stringify(params), generation ?? null, refused ?? null],
  );
  return generation !== undefined;
}

function judge(definition: SearchParameter, others: readonly Row[]): { params: Record<string, SearchParam>; refused?: string } {
  const named = (url: string, type: string): SearchParam | undefined => {
    const bare = url.split('|')[0];
    return standardParams(type)?.find((param) => param.url === bare) ?? others.map(({ params }) => params[type]).find((param) => param?.url === bare);
  };
  const { params, issues } = defineParam(definition, named);
  if (issues.length > 0) return { params: {}, refused: issues.map(({ diagnostics }) => diagnostics).join(' ') };
  for (const type of Object.keys(params)) {
    const other = others.find((row) => row.params[type]?.name === definition.code);
    if (other) return { params: {}, refused: `SearchParameter.code: SearchParameter/${other.id} has defined “${definition.code}” for ${type}.` };
  }
  return { params };
}

/** jsonb keeps no order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}
