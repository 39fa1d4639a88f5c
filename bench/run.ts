import { parseArgs } from 'node:util';
import type { Measure } from './ground.ts';
import { measureNames, runMeasures } from './measures.ts';

/** `node bench/run.ts [NAME…] [--json]`: a line for each measure, as JSON or to be read. */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !measureNames.includes(name));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}? ${measureNames.join(', ')}`);
  process.exit(2);
}
const line = ({ name, value, unit, limit, ratio }: Measure): string => `${name.padEnd(34)} ${String(value).padStart(9)} ${unit.padEnd(16)} limit ${String(limit).padStart(9)}   ratio ${ratio}`;
await runMeasures(positionals.length > 0 ? positionals : measureNames, (measure) => console.log(values.json ? JSON.stringify(measure) : line(measure)));
process.exit(0);
