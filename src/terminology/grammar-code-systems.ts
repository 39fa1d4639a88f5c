import { ucum } from '@atomic-ehr/ucum';
import { Problem } from '../kernel/problem.ts';
import type { CodeSystemSource, ConceptEntry, Selection } from './code-system.ts';
import './problems.ts';

/** Code systems whose codes follow a grammar: each is checked, none listed. */
const grammars: Readonly<Record<string, { name: string; display: (code: string) => string | undefined }>> = {
  'http://unitsofmeasure.org': { name: 'Unified Code for Units of Measure (UCUM)', display: unitOf },
  'urn:ietf:bcp:47': { name: 'Tags for Identifying Languages', display: languageName },
  'urn:ietf:bcp:13': { name: 'Media types', display: (code) => (/^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(;.{1,100})?$/i.test(code) ? code : undefined) },
};

export const grammarSystems: readonly string[] = Object.keys(grammars);

/** The library throws at letters that no unit has. */
function unitOf(code: string): string | undefined {
  try {
    return code !== '' && code.length <= 200 && ucum.validate(code).valid ? code : undefined;
  } catch {
    return undefined;
  }
}

/** The tag must be well formed and its language known: `ru-RU`. */
function languageName(code: string): string | undefined {
  try {
    const [tag] = Intl.getCanonicalLocales(code);
    return tag && new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(tag);
  } catch {
    return undefined;
  }
}

export function grammarCodeSystem(url: string): CodeSystemSource | undefined {
  const grammar = Object.hasOwn(grammars, url) ? grammars[url] : undefined;
  if (!grammar) return undefined;
  return {
    url,
    version: undefined,
    name: grammar.name,
    content: 'complete',
    language: undefined,
    properties: [],
    select: async ({ codes, filters = [], text }: Selection) => {
      if (codes === undefined || filters.length > 0 || text !== undefined) throw new Problem('terminology.not-enumerable', { system: url });
      const concepts = codes.flatMap((code): ConceptEntry[] => {
        const display = grammar.display(code);
        return display === undefined ? [] : [{ code, display, parents: [], active: true, abstract: false, designations: [], properties: [] }];
      });
      return { total: concepts.length, concepts };
    },
    above: async () => [],
    children: async () => [],
  };
}
