import { isCaseless, keepingOf } from '../fhir/index.ts';
import type { ParamTokens, TokenHasher } from './token-hash.ts';

/** What a search asks of a token: a code in any system, in none (`''`), in one; or any code of a system. */
export interface AskedToken {
  system?: string;
  code?: string;
}

/** The hashes under which rows of these types keep what a parameter reads: of the parameter itself, or of those that keep it (`keepingOf`). */
export function keptHashes(hasher: TokenHasher, types: readonly string[], name: string, hash: (of: ParamTokens, type: string, source: string) => readonly bigint[]): bigint[] {
  return types.flatMap((type) => keepingOf(type, name).sources.flatMap((source) => hash(hasher.of(type, source), type, source)));
}

/** Of tokens, `system|code`, `code`, `|code`, `system|` (http://hl7.org/fhir/R4/search.html#token). Where all codes are of one system only the code is kept. */
export function tokenHashes(hasher: TokenHasher, types: readonly string[], name: string, asked: readonly AskedToken[]): bigint[] {
  return keptHashes(hasher, types, name, (of, type, source) => {
    const { bound } = keepingOf(type, source);
    const caseless = isCaseless(type, source);
    return asked.flatMap(({ system, code }) => {
      const folded = caseless ? code?.toLowerCase() : code;
      if (bound) {
        if (system !== undefined && system !== bound.system) return [];
        return (folded === undefined ? bound.codes : [folded]).map((one) => of.token('code', one));
      }
      if (code === undefined || folded === undefined) return [of.token('system|', system ?? '')];
      if (system === undefined) return [of.token('code', folded)];
      return [system === '' ? of.token('|code', folded) : of.coding(system, code)];
    });
  });
}

/** Of references that lead to one of the targets; a parameter that is another as far as it leads to a type leads nowhere else. */
export function referenceHashes(hasher: TokenHasher, types: readonly string[], name: string, targets: readonly string[]): bigint[] {
  return types.flatMap((type) => {
    const { sources, target: only } = keepingOf(type, name);
    const fitting = only === undefined ? targets : targets.filter((target) => (/(?:^|\/)([A-Z]\w+)\/[^/]+$/.exec(target)?.[1] ?? only) === only);
    return sources.flatMap((source) => fitting.map((target) => hasher.token(type, source, 'reference', target)));
  });
}
