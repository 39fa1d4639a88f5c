import { createHash } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

export interface BuildOptions {
  /** The repository's folder. */
  root: string;
  /** Where the built programs lie; `dist/web` in the repository unless told. */
  folder?: string;
  /** Adds the gallery of components, for the browser tests only. */
  gallery?: boolean;
}

const stampName = '.built-from';
const sources = ['src/apps', 'src/ui', 'src/modules', 'src/fhir', 'src/kernel'];
const files = ['package-lock.json', 'vite.config.ts'];

/**
 * Builds the two programs with Vite unless the folder was built from just these sources and packages. Answers where they lie:
 * `index.html` (staff), `my/index.html` (patient) and `assets/` with hashed names, which may be cached for ever.
 */
export async function buildScreens({ root, folder = resolve(root, 'dist/web'), gallery = false }: BuildOptions): Promise<{ folder: string; built: boolean }> {
  const stamp = await stampOf(root, gallery);
  const last = await readFile(join(folder, stampName), 'utf8').catch(() => '');
  if (last === stamp) return { folder, built: false };
  const { build } = await import('vite');
  // vite.config.ts reads these; a caller's own NODE_ENV (tests have one) must not put React's development build into what is served.
  await withEnvironment({ NODE_ENV: 'production', KARTA_SCREENS: folder, KARTA_GALLERY: gallery ? 'on' : undefined }, () =>
    build({ configFile: resolve(root, 'vite.config.ts'), logLevel: 'error', mode: 'production' }),
  );
  await writeFile(join(folder, stampName), stamp);
  return { folder, built: true };
}

async function withEnvironment(wanted: Readonly<Record<string, string | undefined>>, run: () => Promise<unknown>): Promise<void> {
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]));
  const set = (values: typeof wanted) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  set(wanted);
  try {
    await run();
  } finally {
    set(before);
  }
}

/** SHA-256 over the names and bytes of every file that the screens are made of. */
async function stampOf(root: string, gallery: boolean): Promise<string> {
  const hash = createHash('sha256').update(gallery ? 'gallery' : '');
  const found = await Promise.all(sources.map((source) => filesIn(resolve(root, source))));
  const paths = [...files.map((file) => resolve(root, file)), ...found.flat()].sort();
  const contents = await Promise.all(paths.map((path) => readFile(path)));
  paths.forEach((path, at) => hash.update(`\0${relative(root, path)}\0`).update(contents[at]!));
  return hash.digest('hex');
}

async function filesIn(folder: string): Promise<string[]> {
  if (!(await stat(folder).catch(() => undefined))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && /\.(tsx?|css|html|svg|json)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
}
