import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Problem } from '../kernel/problem.ts';
import type { Part, Passport } from './import-dictionary.ts';
import './problems.ts';

const unzip = promisify(gunzip);

export interface DictionaryFiles {
  passport: string;
  parts: string[];
}

const partNumber = (path: string) => Number(/_part(\d+)\./.exec(path)?.[1] ?? 0);

/**
 * Groups files of НСИ (`<OID>_<version>_passport.json[.gz]` and `_partN`) by dictionary. A folder stands for all files in it; a passport
 * alone brings the parts that lie beside it.
 */
export async function findDictionaryFiles(paths: readonly string[]): Promise<DictionaryFiles[]> {
  const files = new Set<string>();
  for (const path of paths) {
    const folder = (await stat(path)).isDirectory();
    const beside = folder ? path : dirname(path);
    const start = basename(path).replace(/_(passport|part\d+)\.json(\.gz)?$/, '_');
    for (const name of await readdir(beside)) {
      if (/_(passport|part\d+)\.json(\.gz)?$/.test(name) && (folder || name.startsWith(start))) files.add(join(beside, name));
    }
    if (!folder && !files.has(path)) throw new Problem('terminology.not-a-dictionary', { file: basename(path) });
  }
  const all = [...files].sort();
  return all
    .filter((file) => /_passport\.json(\.gz)?$/.test(file))
    .map((passport) => {
      const start = passport.replace(/passport\.json(\.gz)?$/, 'part');
      return { passport, parts: all.filter((file) => file.startsWith(start)).sort((a, b) => partNumber(a) - partNumber(b)) };
    });
}

/** A file of a dictionary with what it holds. */
export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

export interface ReadDictionary {
  passport: Passport;
  parts: Part[];
  oid: string;
  hash: Buffer;
}

/** Groups named files by dictionary, as {@link findDictionaryFiles} does with paths. */
export function groupDictionaryFiles<F extends { name: string }>(files: readonly F[]): { passport: F; parts: F[] }[] {
  return files
    .filter(({ name }) => /_passport\.json(\.gz)?$/.test(name))
    .map((passport) => {
      const start = passport.name.replace(/passport\.json(\.gz)?$/, 'part');
      return { passport, parts: files.filter(({ name }) => name.startsWith(start)).sort((a, b) => partNumber(a.name) - partNumber(b.name)) };
    });
}

/** Reads one dictionary's files from the disk; see {@link readDictionary}. */
export async function readDictionaryFiles(files: DictionaryFiles): Promise<ReadDictionary> {
  const named = async (path: string): Promise<NamedBytes> => ({ name: basename(path), bytes: await readFile(path) });
  const parts: NamedBytes[] = [];
  for (const path of files.parts) parts.push(await named(path));
  return readDictionary({ passport: await named(files.passport), parts });
}

/**
 * Reads one dictionary. `hash` is the SHA-256 over the unpacked bytes, passport first. `oid` is the one that the files are named by: the
 * service answers under each OID of a dictionary, and documents name it by any of them. Refuses `terminology.not-a-dictionary`.
 */
export async function readDictionary(files: { passport: NamedBytes; parts: readonly NamedBytes[] }): Promise<ReadDictionary> {
  const hash = createHash('sha256');
  const read = async ({ name, bytes: raw }: NamedBytes): Promise<unknown> => {
    try {
      const bytes = name.endsWith('.gz') ? await unzip(raw) : Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
      hash.update(bytes);
      return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
    } catch {
      throw new Problem('terminology.not-a-dictionary', { file: name });
    }
  };
  const passport = (await read(files.passport)) as Partial<Passport> | null;
  if (!passport?.oid || !passport.version || !Array.isArray(passport.fields)) throw new Problem('terminology.not-a-dictionary', { file: files.passport.name });
  const parts: Part[] = [];
  for (const file of files.parts) {
    const part = (await read(file)) as Partial<Part> | null;
    if (!Array.isArray(part?.list)) throw new Problem('terminology.not-a-dictionary', { file: file.name });
    parts.push(part as Part);
  }
  const named = /^([\d.]+)_/.exec(files.passport.name)?.[1];
  const oid = passport.codes?.some(({ value }) => value === named) ? named! : passport.oid;
  return { passport: passport as Passport, parts, oid, hash: hash.digest() };
}
