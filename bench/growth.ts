import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { growTo, openGround, peopleFor, round, type Measure } from './ground.ts';
import { copyRows } from './limits.ts';
import { measureSearch, searchNames } from './searching.ts';
import { writing } from './writing.ts';

/** What was measured when the region had so many resources. */
export interface Stage {
  resources: number;
  measures: Measure[];
}

const file = join(import.meta.dirname, 'growth.json');
/** Resources of one import: also what is measured is the last such part of a stage. */
const part = 200_000;

/** Grows one region through these sizes; at each it tells the rate of the last part imported, the searches and the size. */
export async function grow(sizes: readonly number[], tell: (measure: Measure) => void): Promise<Stage[]> {
  const ground = await openGround();
  const stages: Stage[] = [];
  try {
    for (const resources of sizes) {
      const measures: Measure[] = [];
      const note = (name: string, unit: string, value: number, limit: number): void => {
        const measure = { name, value, unit, limit, ratio: Number((value / limit).toPrecision(3)) };
        measures.push(measure);
        tell({ ...measure, name: `${name} @ ${resources}` });
      };
      let rate = 0;
      while (ground.people < peopleFor(resources)) {
        const { resources: imported, seconds } = await growTo(ground, Math.min(peopleFor(resources), ground.people + peopleFor(part)));
        rate = imported / seconds;
      }
      note('import', 'resources/s', Math.round(rate), Math.round(await copyRows(ground.database)));
      for (const name of searchNames) {
        const { value, limit } = await measureSearch(ground.database, name, ground.people);
        note(name, 'ms', round(value), round(limit));
      }
      const { value, unit, limit } = await writing.size!(ground);
      note('size', unit, value, limit);
      stages.push({ resources, measures });
    }
    return stages;
  } finally {
    await ground.close();
  }
}

export function keepGrowth(stages: readonly Stage[]): void {
  writeFileSync(file, `${JSON.stringify(stages, undefined, 2)}\n`);
}

export function lastGrowth(): Stage[] | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stage[]) : undefined;
}
