import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Measure } from './ground.ts';

/** What a run said, kept beside the code: `docs/performance.md` is made of it, the next run is compared with it. */
export interface Record {
  /** `2026-11-22` */
  day: string;
  /** Processor, cores, memory. */
  machine: string;
  measures: Measure[];
}

const file = join(import.meta.dirname, 'record.json');

/** The last record; undefined before the first. */
export function lastRecord(): Record | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record) : undefined;
}

/** Keeps these measures; those that were not taken this time stay as they were. */
export function keepRecord(measures: readonly Measure[]): void {
  const before = lastRecord()?.measures ?? [];
  const taken = new Set(measures.map(({ name }) => name));
  const [cpu] = cpus();
  const record: Record = {
    day: new Date().toISOString().slice(0, 10),
    machine: `${cpu?.model.trim() || process.arch}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    measures: [...before.filter(({ name }) => !taken.has(name)), ...measures],
  };
  writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** In these units less is better. */
const lessIsBetter = new Set(['ms', 's', 'MB', 'bytes/resource']);
/** Ratios of one machine differ so much from run to run without any change: less is no news. */
const noise = 1.3;

/** Sentences on the measures whose ratio to their limit is clearly worse than recorded. Seconds are not compared: machines differ. */
export function worseThan(record: Record, measures: readonly Measure[]): string[] {
  return measures.flatMap((measure) => {
    const before = record.measures.find(({ name }) => name === measure.name);
    if (!before) return [];
    const worse = lessIsBetter.has(measure.unit) ? measure.ratio / before.ratio : before.ratio / measure.ratio;
    return worse > noise ? [`${measure.name}: ratio ${measure.ratio}, recorded ${before.ratio} on ${record.day}`] : [];
  });
}
