import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawGrowth, type KeptMeasure, type KeptStage } from './draw-growth.ts';

interface KeptRecord {
  day: string;
  machine: string;
  measures: readonly KeptMeasure[];
}

const begins = '<!-- figures: npm run karta -- docs -->';
const ends = '<!-- /figures -->';

/** Puts the figures that the bench has kept between the marks of `docs/performance.md` and `README.md`, and draws the chart of growth beside its pictures. */
export function renewPerformance(root: string): void {
  const record = kept<KeptRecord>(join(root, 'bench/record.json'));
  if (record) {
    for (const [file, table] of [['docs/performance.md', allFigures(record)], ['README.md', chosenFigures(record)]] as const) {
      writeFileSync(join(root, file), withFigures(readFileSync(join(root, file), 'utf8'), table));
    }
  }
  const stages = kept<KeptStage[]>(join(root, 'bench/growth.json'));
  if (stages) writeFileSync(join(root, 'docs/pictures/growth.svg'), drawGrowth(stages));
}

function kept<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** The page with this table between its marks; throws where a mark is missing. */
export function withFigures(page: string, table: string): string {
  const [before, rest] = page.split(begins);
  const after = rest?.split(ends)[1];
  if (before === undefined || after === undefined) throw new Error('a page has lost the marks of its figures');
  return `${before}${begins}\n${table}\n${ends}${after}`;
}

/** Every measure beside its limit. */
export function allFigures({ day, machine, measures }: KeptRecord): string {
  const rows = measures.map(({ name, value, unit, limit, ratio }) => `| \`${name}\` | ${grouped(value)} ${unit} | ${grouped(limit)} | ${ratio} |`);
  return `Measured on ${day}: ${machine}, the database and the load generator on the same cores.\n\n| measure | Karta | limit in the same run | ratio |\n| --- | ---: | ---: | ---: |\n${rows.join('\n')}`;
}

/** What a newcomer asks first, in words, with the names of the measures. */
const chosen: readonly [words: string, names: readonly string[], text: (...values: string[]) => string][] = [
  ['FHIR read over HTTP with its journal row, 32 clients', ['read'], (read) => `${read} a second`],
  ['FHIR create, one client (median) · 64 clients', ['create-1', 'create-64'], (one, many) => `${one} ms · ${many} a second`],
  ['Transactions of Synthea over HTTP, 4 clients', ['bundles'], (rate) => `${rate} resources a second`],
  ['`karta import` of NDJSON · with invariants and references', ['import', 'import-full'], (rate, full) => `${rate} · ${full} resources a second`],
  ['Among a million resources: a patient’s observations by code · observations by code and day · Encounter with two `_include` · Patient by name', ['search-observation-patient-code', 'search-observation-code-date', 'search-encounter-includes', 'search-patient-name'], (...values) => `${values.join(' · ')} ms`],
  ['`$everything` of 490 resources: in the server · over HTTP', ['search-everything', 'everything'], (inside, whole) => `${inside} · ${whole} ms`],
  ['Card of a patient with 5 visits · with 1,000, the server’s answer', ['card-5', 'card-1000'], (few, many) => `${few} · ${many} ms`],
  ['МКБ-10 by typed words (`$expand`), over HTTP', ['expand-icd10'], (time) => `${time} ms`],
  ['Size in the database, indexes included', ['size'], (bytes) => `${bytes} bytes a resource`],
  ['Start with packages and screens in place · memory of Node when idle', ['warm-start', 'idle'], (start, memory) => `${start} s · ${memory} MB`],
];

/** Rows of which the record has not all measures are left out. */
export function chosenFigures({ measures }: Pick<KeptRecord, 'measures'>): string {
  const values = new Map(measures.map(({ name, value }) => [name, value >= 1000 ? value.toLocaleString('en-US') : String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))]));
  const rows = chosen.filter(([, names]) => names.every((name) => values.has(name))).map(([words, names, text]) => `| ${words} | ${text(...names.map((name) => values.get(name)!))} |`);
  return `| | |\n| --- | --- |\n${rows.join('\n')}`;
}

function grouped(value: number): string {
  return value >= 10_000 ? value.toLocaleString('en-US') : String(value);
}
