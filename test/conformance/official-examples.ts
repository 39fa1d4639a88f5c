import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Example {
  /** File of the package `hl7.fhir.r4.examples`. */
  file: string;
  type: string;
  text: string;
}

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
const files = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'package.json').toSorted();

/** Definitions of the standard itself: 4,500 of the 5,306 files, much alike. */
const definitions = new Set(['SearchParameter', 'ValueSet', 'CodeSystem', 'StructureDefinition', 'ConceptMap', 'OperationDefinition', 'ImplementationGuide', 'CapabilityStatement']);

/** All official R4 examples, or those of one type, read one by one as they are asked for. */
export function* officialExamples(type?: string): Generator<Example> {
  for (const file of files) if (type === undefined || typeOfFile(file) === type) yield exampleOf(file);
}

/** Every example of what is written in a hospital, and of the standard's own definitions each twentieth, turned on by the seed. Those over 300 KB are left to the trials. */
export function sampledExamples(seed: number): Example[] {
  const chosen = files.filter((file, index) => !definitions.has(typeOfFile(file)) || index % 20 === Math.abs(seed) % 20);
  return chosen.map(exampleOf).filter(({ text }) => text.length < 300_000);
}

export const exampleCount = files.length;

export function exampleOf(file: string): Example {
  const text = readFileSync(join(folder, file), 'utf8');
  return { file, type: typeOfFile(file), text };
}

const typeOfFile = (file: string) => (file === 'ig-r4.json' ? 'ImplementationGuide' : file.slice(0, file.indexOf('-')));
