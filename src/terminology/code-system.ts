import type { ValueSetComposeIncludeFilter } from '@medplum/fhirtypes';
import type { PropertyValue } from './code-system-of-dictionary.ts';
import type { Designation } from './import-dictionary.ts';

/** A concept as the operations see it, wherever it is kept. */
export interface ConceptEntry {
  code: string;
  display?: string | undefined;
  definition?: string | undefined;
  /** Codes directly above. */
  parents: readonly string[];
  active: boolean;
  /** Groups others and is not chosen itself (`notSelectable`). */
  abstract: boolean;
  designations: readonly Designation[];
  properties: readonly PropertyValue[];
}

export type Filter = Pick<ValueSetComposeIncludeFilter, 'property' | 'op' | 'value'>;

/** Which concepts are wanted; every condition narrows. */
export interface Selection {
  filters?: readonly Filter[];
  codes?: readonly string[];
  /** Typed words, whole or half: the best match comes first. */
  text?: string | undefined;
  activeOnly?: boolean;
  offset?: number;
  limit: number;
}

/** One version of a code system whose codes this server knows. */
export interface CodeSystemSource {
  readonly url: string;
  readonly version: string | undefined;
  readonly name: string;
  /** As http://hl7.org/fhir/R4/valueset-codesystem-content-mode.html: of a fragment a code may be valid that is not here. */
  readonly content: 'complete' | 'fragment';
  readonly language: string | undefined;
  readonly properties: readonly { code: string; description?: string | undefined }[];
  /** In the system's own order, or the best first where words are given. Refuses `terminology.bad-filter`, `terminology.not-enumerable`. */
  select(selection: Selection): Promise<{ total: number; concepts: readonly ConceptEntry[] }>;
  /** All codes above, the nearest first; without the code itself. */
  above(code: string): Promise<readonly string[]>;
  /** The codes directly below. */
  children(code: string): Promise<readonly string[]>;
}

/** The concept of a code; undefined where there is none. */
export async function conceptOf(source: CodeSystemSource, code: string): Promise<ConceptEntry | undefined> {
  const { concepts } = await source.select({ codes: [code], limit: 1 });
  return concepts[0];
}
