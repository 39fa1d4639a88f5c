import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { systemOfOid } from '../../terminology/code-system-of-dictionary.ts';
import { compareVersionsOf } from '../../terminology/compare-versions.ts';
import type { Terminology } from '../../terminology/open-terminology.ts';
import { route, type Route } from '../module.ts';
import { changesQuery, importBody, largestUpload, oneQuery, pageOfChanges, tableQuery, type ChangesAnswer } from './contract.ts';
import { importArchive, readImports } from './import-archive.ts';
import { listDictionaries, readDictionaryPage } from './read-dictionaries.ts';
import { writeTable } from './write-table.ts';
import type { z } from 'zod';

const readers = ['admin', 'system'] as const;

export function routes(terminology: Terminology): Route[] {
  return [
    route({ method: 'GET', path: '/dictionaries', roles: readers, handle: (ctx) => listDictionaries(ctx, terminology) }),
    route({ method: 'GET', path: '/dictionaries/one', roles: readers, query: oneQuery, handle: (ctx, { query }) => readDictionaryPage(ctx, terminology, query.system) }),
    route({ method: 'GET', path: '/dictionaries/changes', roles: readers, query: changesQuery, handle: (ctx, { query }) => readChanges(ctx, terminology, query) }),
    route({ method: 'GET', path: '/dictionaries/table', roles: readers, query: tableQuery, handle: (ctx, { query }) => writeTable(ctx, terminology, query) }),
    route({ method: 'POST', path: '/dictionaries/imports', roles: readers, body: importBody, bodyLimit: largestUpload, handle: (ctx, { body }) => importArchive(ctx, body) }),
    route({ method: 'GET', path: '/dictionaries/imports', roles: readers, handle: (ctx) => readImports(ctx) }),
  ];
}

async function readChanges(ctx: Ctx, terminology: Terminology, { system, from, to, kind, offset }: z.output<typeof changesQuery>): Promise<ChangesAnswer> {
  const found = (wanted: string) => terminology.dictionaries.find(({ oid, version }) => systemOfOid(oid) === system && version === wanted);
  const missing = [from, to].find((version) => !found(version));
  if (missing !== undefined) throw new Problem('dictionaries.unknown', { system: `${system}|${missing}` });
  const { counts, rows } = await compareVersionsOf(ctx.sql, { oid: found(to)!.oid, from, to, kind, offset, count: pageOfChanges });
  return { counts, rows, total: kind ? counts[kind] : Object.values(counts).reduce((sum, count) => sum + count, 0) };
}
