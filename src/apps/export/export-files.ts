import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, closeSync, fsyncSync, ftruncateSync, readFileSync, renameSync, writeFileSync, writeSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../kernel/problem.ts';
import type { Access, Store } from '../../store/types.ts';
import './problems.ts';

export interface ExportWish {
  types: readonly string[];
  since: string | undefined;
}

/** How far a folder is: kept beside its files, and replaced as a whole after each page. */
interface Place extends ExportWish {
  asOf: string;
  type: number;
  after: string;
  /** Bytes and lines of each file that are surely written. */
  files: Record<string, { bytes: number; lines: number }>;
  finished: boolean;
}

const placeFile = 'export.json';
const pageSize = 1000;
const everything: Access = { name: 'export', rules: [{ types: 'all', patients: 'all', write: false }] };

/**
 * Writes everything as of one instant into a folder, a file of NDJSON for each type. Begun anew on the same folder it goes on where it stopped; what
 * was half written is cut off first. Answers false where it was stopped. Refuses `export.other-folder`.
 */
export async function exportFiles(store: Pick<Store, 'scan'>, folder: string, wish: ExportWish, given: { now: Date; stop: AbortSignal; progressed: (type: string, resources: number) => void }): Promise<Place | undefined> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const place = readPlace(folder, wish) ?? { ...wish, asOf: given.now.toISOString(), type: 0, after: '', files: {}, finished: false };
  savePlace(folder, place);
  for (; place.type < place.types.length; place.type++, place.after = '') {
    const type = place.types[place.type]!;
    for (;;) {
      if (given.stop.aborted) return undefined;
      const page = await store.scan([everything], { type, after: place.after, limit: pageSize, asOf: new Date(place.asOf), ...(place.since === undefined ? {} : { since: new Date(place.since) }) });
      const living = page.entries.filter(({ deleted }) => !deleted);
      append(folder, place, `${type}.ndjson`, living.map(({ content }) => content));
      append(folder, place, 'deleted.ndjson', page.entries.filter(({ deleted }) => deleted).map(({ id }) => JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: `${type}/${id}` } }] })));
      given.progressed(type, living.length);
      if (page.next === undefined) break;
      place.after = page.next;
      savePlace(folder, place);
    }
  }
  place.finished = true;
  savePlace(folder, place);
  return place;
}

function append(folder: string, place: Place, file: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const known = (place.files[file] ??= { bytes: 0, lines: 0 });
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const open = openSync(join(folder, file), known.bytes === 0 ? 'w' : 'r+', 0o600);
  try {
    ftruncateSync(open, known.bytes);
    for (let written = 0; written < bytes.length; ) written += writeSync(open, bytes, written, bytes.length - written, known.bytes + written);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
  known.bytes += bytes.length;
  known.lines += lines.length;
}

/** The place of an export that was stopped; undefined in an empty folder. Another export's folder is never written over. */
function readPlace(folder: string, wish: ExportWish): Place | undefined {
  if (!existsSync(join(folder, placeFile))) {
    if (readdirSync(folder).length > 0) throw new Problem('export.other-folder', { folder });
    return undefined;
  }
  const place = JSON.parse(readFileSync(join(folder, placeFile), 'utf8')) as Place;
  if (place.finished || keyOf(place) !== keyOf(wish)) throw new Problem('export.other-folder', { folder });
  return place;
}

const keyOf = ({ types, since }: ExportWish): string => createHash('sha256').update(JSON.stringify([types, since ?? null])).digest('hex');

function savePlace(folder: string, place: Place): void {
  const draft = join(folder, `${placeFile}.new`);
  writeFileSync(draft, `${JSON.stringify(place, undefined, 1)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, join(folder, placeFile));
}
