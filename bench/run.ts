import { parseArgs } from 'node:util';
import type { Measure } from './ground.ts';
import { grow, keepGrowth } from './growth.ts';
import { measureNames, runMeasures } from './measures.ts';
import { keepRecord, lastRecord, worseThan } from './records.ts';

/**
 * `node bench/run.ts [NAME…] [--json]`: a line for each measure, as JSON or to be read. `--check` compares the ratios with the record and
 * ends with 1 where one is clearly worse; `--record` keeps them. `--grow 100000,1000000`: what import, searches and size do as the region
 * grows; kept for the chart.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, check: { type: 'boolean' }, record: { type: 'boolean' }, grow: { type: 'string' } } });
const unknown = positionals.filter((name) => !measureNames.includes(name));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}? ${measureNames.join(', ')}`);
  process.exit(2);
}
const line = ({ name, value, unit, limit, ratio }: Measure): string => `${name.padEnd(34)} ${String(value).padStart(9)} ${unit.padEnd(16)} limit ${String(limit).padStart(9)}   ratio ${ratio}`;
const tell = (measure: Measure): void => console.log(values.json ? JSON.stringify(measure) : line(measure));

if (values.grow !== undefined) {
  keepGrowth(await grow(values.grow.split(',').map(Number), tell));
  process.exit(0);
}
const measures: Measure[] = [];
const before = lastRecord();
await runMeasures(positionals.length > 0 ? positionals : measureNames, (measure) => {
  measures.push(measure);
  tell(measure);
});
if (values.record) keepRecord(measures);
const worse = values.check && before ? worseThan(before, measures) : [];
for (const one of worse) console.error(one);
process.exit(worse.length > 0 ? 1 : 0);
