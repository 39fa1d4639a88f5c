import type { Parameters, ParametersParameter, Resource, ValueSet } from '@medplum/fhirtypes';
import { Problem, problemText, type Language } from '../../kernel/problem.ts';
import type { CodeSystemSource, ConceptEntry } from '../code-system.ts';
import type { Definitions } from '../definitions.ts';
import type { Arguments } from './arguments.ts';

/** What an operation stands on: the definitions, and the caller. */
export interface Ground {
  definitions: Definitions;
  /** A resource by id as the caller may see it. */
  read(type: string, id: string): Promise<Resource>;
  language: Language;
  now: Date;
}

/** An operation at a type and its instances: http://hl7.org/fhir/R4/terminology-service.html */
export interface TerminologyOperation {
  name: string;
  type: 'CodeSystem' | 'ValueSet' | 'ConceptMap';
  levels: readonly ('type' | 'instance')[];
  definition: string;
  run(ground: Ground, given: Arguments, id: string | undefined): Promise<Resource>;
}

export function parameters(parts: readonly (ParametersParameter | undefined)[]): Parameters {
  return { resourceType: 'Parameters', parameter: parts.filter((part) => part !== undefined) };
}

/** The name of a concept in the language that is wanted, where it has one in it. */
export function displayIn(concept: ConceptEntry, own: string | undefined, wanted: string | undefined): string | undefined {
  if (wanted === undefined || concept.display === undefined) return concept.display;
  const [main] = wanted.toLowerCase().split(/[-,;]/);
  if (own?.toLowerCase().split('-')[0] === main) return concept.display;
  return concept.designations.find(({ language }) => language.toLowerCase().split('-')[0] === main)?.value ?? concept.display;
}

/** The value set that an operation is about: by id, in the body, or by its canonical. */
export async function valueSetOf(ground: Ground, given: Arguments, id: string | undefined): Promise<ValueSet> {
  if (given.text('context') !== undefined) throw new Problem('terminology.bad-parameter', { name: 'context', given: given.text('context'), expected: 'url, valueSet' });
  if (id !== undefined) return (await ground.read('ValueSet', id)) as ValueSet;
  const inline = given.resource<ValueSet>('valueSet', 'ValueSet') ?? (given.body?.resourceType === 'ValueSet' ? (given.body) : undefined);
  if (inline) return inline;
  const url = given.text('url');
  if (url === undefined) throw new Problem('terminology.parameter-missing', { names: 'url, valueSet' });
  const version = given.text('valueSetVersion');
  const valueSet = await ground.definitions.valueSet(url, version);
  if (!valueSet) throw new Problem('terminology.unknown-value-set', { url: version === undefined ? url : `${url}|${version}` });
  return valueSet;
}

/** Whether the name that was given is one of the concept's: http://hl7.org/fhir/R4/terminologies.html#display, case and blanks apart. */
export function isDisplayOf({ display, designations }: ConceptEntry, given: string): boolean {
  const folded = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  return [display, ...designations.map(({ value }) => value)].some((name) => name !== undefined && folded(name) === folded(given));
}

/** What is wrong with a code, for `message`. */
export const message = (ground: Ground, code: string, details: Record<string, string>): string => problemText(code, details, ground.language);

export const titled = ({ url, version }: Pick<CodeSystemSource, 'url' | 'version'>): string => (version === undefined ? url : `${url}|${version}`);
