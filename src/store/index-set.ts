import type { Database, Sql } from '../db/types.ts';
import { installOwnParams, ownParams } from '../fhir/index.ts';
import type { SearchParam, SearchParamType } from '../fhir/types.ts';
import { Problem } from '../kernel/problem.ts';
import type { Displays } from './displays.ts';
import { bringInDefinition } from './own-parameters.ts';
import { raiseGeneration } from './raise-generation.ts';
import { bringUpRows, findWork, finishGeneration, holdGeneration, isQuiet, planSlices, type Slice } from './reindex.ts';
import { extraction, extractionChanges } from './row.ts';
import type { TokenHasher } from './token-hash.ts';
import { typeName, typeNumber } from './type-number.ts';

/** What rows of this database are indexed by, and the steps that bring older rows up. Who takes which step is the events' matter. */
export interface StoreIndex {
  /** Looks at what is in force now: after another process has changed it. */
  refresh(): Promise<void>;
  /** Brings in what a SearchParameter says now; doing it again changes nothing. */
  bringIn(id: string): Promise<void>;
  /** How far everything is. */
  state(): Promise<IndexState>;
  /** The oldest generation with rows to bring up. */
  findWork(): Promise<{ generation: number; planned: boolean; slices: readonly Slice[] } | undefined>;
  /** May its rows be counted: can nobody write an older one any more? */
  isQuiet(generation: number): Promise<boolean>;
  planSlices(sql: Sql, generation: number): Promise<void>;
  /** Brings up the next rows of a slice; true when it is done. */
  bringUp(sql: Sql, slice: Slice): Promise<boolean>;
  /** Holds a generation's bringing up, or lets it go on; false where there is nothing to hold. */
  hold(generation: number, paused: boolean): Promise<boolean>;
  /** Extracts the rows of a type anew, though nothing asks for it: searches go on by what is there. Answers the generation. */
  renew(types: readonly string[]): Promise<number>;
  /** Marks a generation complete where all its slices are. */
  finish(generation: number): Promise<void>;
}

export interface IndexState {
  generation: number;
  /** The generations that are not complete, oldest first. */
  building: readonly { generation: number; since: string; types: readonly string[] | 'all'; share: number; rows: number; paused: boolean }[];
  parameters: readonly { id: string; version: number; code: string; url: string; types: readonly string[]; generation: number; searchable: boolean; refused: string | undefined }[];
}

interface SetRow {
  number: number;
  extraction: number;
  building: { number: number; created: string; paused: boolean; types: number[] | null; kinds: SearchParamType[]; share: number; brought: number }[] | null;
  parameters: { id: string; version: number; code: string; url: string; types: number[]; params: Record<string, SearchParam>; generation: number; refused: string | null }[] | null;
}

const readSet = `select (select max(number) from index_generation) as number, (select extraction from index_generation order by number desc limit 1) as extraction,
  (select json_agg(json_build_object('number', g.number, 'created', g.created, 'paused', g.paused is not null, 'types', g.types, 'kinds', g.kinds, 'brought', coalesce(s.brought, 0),
     'share', case when g.planned is null then 0 else coalesce(s.done / nullif(s.whole, 0), 1) end) order by g.number)
   from index_generation g left join lateral (select sum(position - first)::float8 as done, sum(last - first)::float8 as whole, sum(brought)::float8 as brought from reindex_slice s where s.generation = g.number) s on true
   where g.complete is null) as building,
  (select json_agg(json_build_object('id', id, 'version', version, 'code', code, 'url', url, 'types', types, 'params', params, 'generation', generation, 'refused', refused) order by id) from own_parameter) as parameters`;

/** Opens the index of a migrated database. Where this program extracts otherwise than the rows were, a new generation begins. */
export async function openIndex({ db, hasher, displays, zone }: { db: Database; hasher: TokenHasher; displays: Displays; zone: string }): Promise<StoreIndex> {
  const readRow = async (): Promise<SetRow> => (await db.query<SetRow & object>(readSet))[0]!;
  let newest = 0;
  const install = (set: SetRow): void => {
    // an answer that came late must not put an older set back
    if (set.number < newest) return;
    newest = set.number;
    const params: Record<string, SearchParam[]> = {};
    const building = new Map<string, number>();
    const incomplete = set.building ?? [];
    for (const parameter of set.parameters ?? []) {
      // searchable when its own generation and all before are complete: a job may have begun with rows that an earlier one has still to clean
      const waiting = incomplete.filter(({ number }) => number <= parameter.generation);
      for (const [type, param] of Object.entries(parameter.params)) {
        (params[type] ??= []).push(param);
        if (waiting.length > 0) building.set(`${type}.${param.name}`, Math.min(...waiting.map(({ share }) => share)));
      }
    }
    const renewing = new Map(incomplete.flatMap(({ kinds, share }) => kinds.map((kind) => [kind, share] as const)));
    const next = { generation: set.number, params, building, renewing };
    if (JSON.stringify(comparable(next)) !== JSON.stringify(comparable(ownParams()))) installOwnParams(next);
  };
  const refresh = async (): Promise<void> => {
    const set = await readRow();
    if (set.extraction > extraction) throw new Problem('store.older-program', { found: set.extraction, known: extraction });
    install(set);
  };

  const first = await readRow();
  if (first.extraction < extraction) {
    await db.transaction(async (sql) => {
      await sql.query(`select 1 from index_generation where number = 1 for update`);
      const [now] = await sql.query<{ extraction: number }>(`select extraction from index_generation order by number desc limit 1`);
      if (now!.extraction >= extraction) return;
      const kinds = Object.entries(extractionChanges).flatMap(([number, changed]) => (Number(number) > now!.extraction ? changed : []));
      await raiseGeneration(sql, { extraction, types: undefined, kinds: [...new Set(kinds)], known: true, first: true });
    });
  }
  await refresh();

  return {
    refresh,
    async bringIn(id) {
      await db.transaction((sql) => bringInDefinition(sql, id));
      await refresh();
    },
    async state() {
      const set = await readRow();
      install(set);
      const incomplete = set.building ?? [];
      return {
        generation: set.number,
        building: incomplete.map(({ number, created, paused, types, share, brought }) => ({ generation: number, since: created, types: types?.map(typeName) ?? 'all', share, rows: brought, paused })),
        parameters: (set.parameters ?? []).map(({ id, version, code, url, generation, types, refused }) => ({
          id, version, code, url, generation,
          types: types.map(typeName),
          searchable: refused === null && !incomplete.some(({ number }) => number <= generation),
          refused: refused ?? undefined,
        })),
      };
    },
    findWork: () => findWork(db),
    isQuiet: (generation) => isQuiet(db, generation),
    planSlices,
    bringUp: (sql, slice) => bringUpRows(sql, { hasher, displays, zone }, slice),
    hold: (generation, paused) => holdGeneration(db, generation, paused),
    async renew(types) {
      const numbers = types.map((type) => typeNumber(type)).filter((number) => number !== undefined);
      const generation = await db.transaction(async (sql) => {
        await sql.query(`select 1 from index_generation where number = 1 for update`);
        return raiseGeneration(sql, { extraction, types: numbers, kinds: [], known: true });
      });
      await refresh();
      return generation;
    },
    finish: async (generation) => {
      await finishGeneration(db, generation);
      await refresh();
    },
  };
}

function comparable(set: ReturnType<typeof ownParams>): unknown {
  return [set.generation, set.params, [...set.building], [...set.renewing]];
}
