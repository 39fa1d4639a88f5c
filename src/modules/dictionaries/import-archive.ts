import { randomUUID } from 'node:crypto';
import { unzip, type Unzipped } from 'fflate';
import { newestVersion, isImported } from '../../terminology/tables.ts';
import { parseDictionary } from '../../terminology/parse-dictionary.ts';
import { groupDictionaryFiles, type NamedBytes } from '../../terminology/read-dictionary-files.ts';
import { saveDictionaryBy } from '../../terminology/save-dictionary.ts';
import { systemOfOid } from '../../terminology/code-system-of-dictionary.ts';
import type { Ctx } from '../../access/context.ts';
import { Problem, problemText } from '../../kernel/problem.ts';
import { largestUpload, type ImportedDictionary, type ImportLine } from './contract.ts';
import { addImport, addResult, analyzeRows, beginDictionary, endImport, listImports } from './tables.ts';

/** Bytes that an archive may have unpacked: all of НСИ has a tenth of it. */
const largestInside = 1024 ** 3;

interface Files {
  passport: NamedBytes;
  parts: NamedBytes[];
}

/**
 * Takes an archive with files of dictionaries and imports them one after the other, after it has answered. Refuses `dictionaries.not-an-archive`,
 * `dictionaries.nothing-inside`, `dictionaries.too-large`, `dictionaries.busy`.
 */
export async function importArchive(ctx: Ctx, bytes: Uint8Array): Promise<{ id: string }> {
  const files = await filesIn(bytes);
  const dictionaries = groupDictionaryFiles(files);
  if (dictionaries.length === 0) throw new Problem('dictionaries.nothing-inside');
  const id = randomUUID();
  const other = await addImport(ctx.sql, { id, actor: ctx.actor.reference, name: ctx.actor.name, total: dictionaries.length, created: ctx.now });
  if (other !== undefined) throw new Problem('dictionaries.busy', { name: other });
  void importAll(ctx, id, dictionaries).catch(async (error: unknown) => {
    ctx.log.error({ import: id, code: (error as { code?: string }).code ?? (error as Error).name }, 'an import of dictionaries broke off');
    // where the database is away, its silence says the same
    await endImport(ctx.sql, id, 'failed', ctx.clock.now()).catch(() => undefined);
  });
  return { id };
}

/** The last imports, for people. */
export async function readImports(ctx: Ctx): Promise<ImportLine[]> {
  const rows = await listImports(ctx.sql);
  return rows.map(({ id, state, name, total, done, current, results, created, finished }) => ({
    id, state, by: name, total, done, created: new Date(created).toISOString(), ...(current && { current }), ...(finished && { finished: new Date(finished).toISOString() }),
    results: results.map(({ details, refusal, ...result }) => ({ ...result, ...(refusal && { refusal: { code: refusal.code, text: problemText(refusal.code, (details ?? {}) as never, ctx.language) } }) })),
  }));
}

async function filesIn(bytes: Uint8Array): Promise<NamedBytes[]> {
  if (bytes.length > largestUpload) throw new Problem('dictionaries.too-large', { limit: largestUpload / 1024 ** 2 });
  let inside = 0;
  const unpacked = await new Promise<Unzipped>((resolve, reject) => {
    unzip(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/_(passport|part\d+)\.json(\.gz)?$/.test(name)) return false;
        inside += originalSize;
        return inside <= largestInside;
      },
    }, (error, found) => (error ? reject(new Problem('dictionaries.not-an-archive')) : resolve(found)));
  });
  if (inside > largestInside) throw new Problem('dictionaries.too-large', { limit: largestInside / 1024 ** 2 });
  return Object.entries(unpacked).map(([path, content]) => ({ name: path.split('/').at(-1)!, bytes: content })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function importAll(ctx: Ctx, id: string, dictionaries: readonly Files[]): Promise<void> {
  for (const files of dictionaries) {
    await beginDictionary(ctx.sql, id, files.passport.name.replace(/_passport\.json(\.gz)?$/, '').replace('_', ' '));
    await addResult(ctx.sql, id, await importOne(ctx, files));
  }
  await analyzeRows(ctx.sql);
  await endImport(ctx.sql, id, 'complete', ctx.clock.now());
}

async function importOne(ctx: Ctx, files: Files): Promise<ImportedDictionary & { details?: object }> {
  try {
    const { dictionary, hash } = await parseDictionary(files);
    const { oid, version, name, concepts } = dictionary;
    const about = { oid, system: systemOfOid(oid), version, name, rows: concepts.length };
    if (await isImported(ctx.sql, oid, version, Buffer.from(hash))) return { ...about, outcome: 'known' };
    const previous = (await newestVersion(ctx.sql, oid))?.version;
    await saveDictionaryBy((operations, options) => ctx.store.write(operations, options), dictionary, hash, ctx.clock.now());
    return { ...about, outcome: 'imported', ...(previous !== undefined && previous !== version && { previous }) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { name: files.passport.name, outcome: 'refused', refusal: { code: error.code, text: '' }, details: error.details };
  }
}
