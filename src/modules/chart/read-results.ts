import type { Ctx } from '../../access/context.ts';
import { buildMeasures } from './build-measures.ts';
import type { Measure, ResultsAnswer } from './contract.ts';
import { find } from './find.ts';
import { openPerson } from './open-person.ts';

const category = { lab: 'laboratory', vital: 'vital-signs' } as const;

/** Results as a table over time: every code with its values, the newest thousand. */
export async function readResults(ctx: Ctx, patient: string, kind: keyof typeof category): Promise<ResultsAnswer> {
  const { of } = await openPerson(ctx, patient);
  const found = await find(ctx, 'Observation', `${of}&category=${category[kind]}&_sort=-date&_count=600`);
  return { measures: buildMeasures(found, ctx.language, 60) };
}

/** One code over a whole life, for its chart; undefined where nothing was measured. */
export async function readSeries(ctx: Ctx, patient: string, code: string): Promise<{ measure: Measure | undefined }> {
  const { of } = await openPerson(ctx, patient);
  const found = await find(ctx, 'Observation', `${of}&code=${encodeURIComponent(code)}&_sort=-date&_count=1000`);
  return { measure: buildMeasures(found, ctx.language, 1000)[0] };
}
