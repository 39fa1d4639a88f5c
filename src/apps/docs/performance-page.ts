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

/** Puts the figures that the bench has kept between the marks of `docs/performance.md`, and draws the chart of growth beside its pictures. */
export function renewPerformance(root: string): void {
  const page = join(root, 'docs/performance.md');
  const record = kept<KeptRecord>(join(root, 'bench/record.json'));
  if (record) writeFileSync(page, withFigures(readFileSync(page, 'utf8'), record));
  const stages = kept<KeptStage[]>(join(root, 'bench/growth.json'));
  if (stages) writeFileSync(join(root, 'docs/pictures/growth.svg'), drawGrowth(stages));
}

function kept<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** The page with the table of this record between its marks; throws where a mark is missing. */
export function withFigures(page: string, { day, machine, measures }: KeptRecord): string {
  const [before, rest] = page.split(begins);
  const after = rest?.split(ends)[1];
  if (before === undefined || after === undefined) throw new Error('docs/performance.md has lost its marks');
  const rows = measures.map(({ name, value, unit, limit, ratio }) => `| \`${name}\` | ${grouped(value)} ${unit} | ${grouped(limit)} | ${ratio} |`);
  return `${before}${begins}\nMeasured on ${day}: ${machine}, the database and the load generator on the same cores.\n\n| measure | Karta | limit in the same run | ratio |\n| --- | ---: | ---: | ---: |\n${rows.join('\n')}\n${ends}${after}`;
}

function grouped(value: number): string {
  return value >= 10_000 ? value.toLocaleString('en-US') : String(value);
}
