import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readXml, writeXml } from '../src/fhir/xml/index.ts';
import { runTrial } from './trial.ts';

const folder = join(import.meta.dirname, '../node_modules/hl7.fhir.r4.examples');
const exact = (text: string): unknown => JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => (typeof value === 'number' ? `#${context?.source}` : value));

/** Every official example to XML and back: equal as JSON, numbers as they are written. */
await runTrial('xml-examples', async ({ count, flaw }) => {
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.json') || file.startsWith('.') || file === 'package.json') continue;
    const text = readFileSync(join(folder, file), 'utf8');
    count('examples');
    if (!isDeepStrictEqual(exact(readXml(writeXml(text))), exact(text))) flaw(`${file} came back otherwise`);
  }
});
