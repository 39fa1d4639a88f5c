import { openGround, type Measure, type Step } from './ground.ts';
import { lookingUp } from './looking-up.ts';
import { processes } from './processes.ts';
import { reading } from './reading.ts';
import { starting } from './starting.ts';
import { writing } from './writing.ts';

/** In the order in which they run: what is small comes before the region is grown to its full size. */
const steps: Readonly<Record<string, Step>> = { ...writing, ...lookingUp, ...processes, ...reading, ...starting };

export const measureNames = Object.keys(steps);

/** Runs the measures that are asked for on a new data folder and tells each as soon as it is there. */
export async function runMeasures(names: readonly string[], tell: (measure: Measure) => void): Promise<void> {
  const ground = await openGround();
  try {
    for (const name of measureNames.filter((each) => names.includes(each))) {
      const measure = await steps[name]!(ground);
      tell({ name, ...measure, ratio: Number((measure.value / measure.limit).toPrecision(3)) });
    }
  } finally {
    await ground.close();
  }
}
