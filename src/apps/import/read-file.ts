import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Problem } from '../../kernel/problem.ts';
import './problems.ts';

/** A file to be imported: what it is, without having it in memory. */
export interface SourceFile {
  path: string;
  bytes: number;
  sha256: Buffer;
  gzip: boolean;
  kind: 'json' | 'ndjson' | 'csv';
}

/** One JSON must fit into memory as text; NDJSON is read by lines. */
const jsonLimit = 400 * 1024 * 1024;

/** Reads a file once for its hash and its beginning for its kind. */
export async function inspectFile(path: string): Promise<SourceFile> {
  try {
    const { size } = await stat(path);
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
    const gzip = await isGzip(path);
    const file = { path, bytes: size, sha256: hash.digest(), gzip };
    return { ...file, kind: await kindOf(file) };
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('import.unreadable', { file: path, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).name });
  }
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** By its name, else by its content: NDJSON is what goes on after a first line that is a whole object. */
async function kindOf(file: Pick<SourceFile, 'path' | 'gzip'>): Promise<SourceFile['kind']> {
  const name = file.path.toLowerCase().replace(/\.gz$/, '');
  if (/\.(ndjson|jsonl)$/.test(name)) return 'ndjson';
  if (name.endsWith('.csv')) return 'csv';
  let lines = 0;
  for await (const line of linesOf(file)) {
    if (line.trim() === '') continue;
    if (++lines === 2) return 'ndjson';
    if (!isObject(line)) return 'json';
  }
  return 'json';
}

function isObject(line: string): boolean {
  if (!line.trimStart().startsWith('{') || !line.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function streamOf(file: Pick<SourceFile, 'path' | 'gzip'>, heard?: (bytes: number) => void): Readable {
  const raw = createReadStream(file.path, { highWaterMark: 256 * 1024 });
  if (heard) raw.on('data', (piece) => heard(piece.length));
  if (!file.gzip) return raw;
  const plain = createGunzip();
  raw.on('error', (error) => plain.destroy(error));
  plain.on('close', () => raw.destroy());
  return raw.pipe(plain);
}

/** The lines of a file, unzipped. `heard` is told how many bytes of the file were read. */
export async function* linesOf(file: Pick<SourceFile, 'path' | 'gzip'>, heard?: (bytes: number) => void): AsyncGenerator<string> {
  for await (const { bytes } of manyLinesOf(file, 100, heard)) yield* bytes.toString().split('\n');
}

/** Lines that follow one another, without the end of the last. */
export interface Lines {
  bytes: Buffer;
  count: number;
}

const newline = 10;
/** So many bytes are enough, however few lines they are. */
const enough = 8 * 1024 * 1024;

/** The same, so many lines at a time, as the bytes that they are. */
export async function* manyLinesOf(file: Pick<SourceFile, 'path' | 'gzip'>, most: number, heard?: (bytes: number) => void): AsyncGenerator<Lines> {
  let kept: Buffer[] = [];
  let count = 0;
  let size = 0;
  for await (const read of streamOf(file, heard)) {
    const piece = read as Buffer;
    let from = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, end + 1)) {
      if (++count < most && size + end - from < enough) continue;
      yield { bytes: Buffer.concat([...kept, piece.subarray(from, end)]), count };
      kept = [];
      count = size = 0;
      from = end + 1;
    }
    kept.push(piece.subarray(from));
    size += piece.length - from;
  }
  const bytes = Buffer.concat(kept);
  if (bytes.length > 0) yield bytes.at(-1) === newline ? { bytes: bytes.subarray(0, -1), count } : { bytes, count: count + 1 };
}

/** The whole file, unzipped. */
export async function bytesOf(file: SourceFile, heard?: (bytes: number) => void): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of streamOf(file, heard)) {
    pieces.push(piece as Buffer);
    size += (piece as Buffer).length;
    if (size > jsonLimit) throw new Problem('import.too-large', { file: file.path, limit: jsonLimit / 1024 / 1024 });
  }
  return Buffer.concat(pieces);
}
