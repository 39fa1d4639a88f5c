import { unzipSync, zipSync, type Zippable } from 'fflate';

/** A dictionary among the chosen files, known by their names: `<OID>_<version>_passport` and `_partN`. */
export interface ChosenDictionary {
  oid: string;
  version: string;
  passport: boolean;
  parts: readonly number[];
}

export interface Chosen {
  dictionaries: readonly ChosenDictionary[];
  /** Files whose names are none of a dictionary's. */
  foreign: number;
  files: ReadonlyMap<string, Uint8Array>;
}

const named = /^([\d.]+)_(.+)_(passport|part(\d+))\.json(\.gz)?$/;

/** Reads what was chosen, also what lies in archives. */
export async function readChosen(chosen: readonly File[], before?: Chosen): Promise<Chosen> {
  const files = new Map(before?.files);
  let foreign = before?.foreign ?? 0;
  const take = (path: string, bytes: Uint8Array): void => {
    const name = path.split('/').at(-1)!;
    if (named.test(name)) files.set(name, bytes);
    else if (name !== '') foreign += 1;
  };
  for (const file of chosen) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (!/\.zip$/i.test(file.name)) take(file.name, bytes);
    else {
      try {
        for (const [path, inside] of Object.entries(unzipSync(bytes))) take(path, inside);
      } catch {
        foreign += 1;
      }
    }
  }
  const groups = Map.groupBy(files.keys(), (name) => named.exec(name)!.slice(1, 3).join(' '));
  const dictionaries = [...groups.entries()].map(([key, names]): ChosenDictionary => {
    const [oid = '', version = ''] = key.split(' ');
    const kinds = names.map((name) => named.exec(name)!);
    return { oid, version, passport: kinds.some(([, , , kind]) => kind === 'passport'), parts: kinds.flatMap(([, , , , part]) => (part === undefined ? [] : [Number(part)])).sort((a, b) => a - b) };
  });
  return { dictionaries: dictionaries.sort((a, b) => a.oid.localeCompare(b.oid, 'en', { numeric: true })), foreign, files };
}

/** The number of the first part that is missing before the last; undefined where none is. */
export function firstGap(parts: readonly number[]): number | undefined {
  const gap = parts.findIndex((part, at) => part !== at + 1);
  return gap < 0 ? (parts.length === 0 ? 1 : undefined) : gap + 1;
}

/** One archive of them, as the server takes it; what is packed already is not packed again. */
export function packChosen({ files }: Chosen): Blob {
  const entries: Zippable = {};
  for (const [name, bytes] of files) entries[name] = [bytes, { level: name.endsWith('.gz') ? 0 : 1 }];
  return new Blob([zipSync(entries)], { type: 'application/octet-stream' });
}
