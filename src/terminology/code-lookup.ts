import { Problem } from '../kernel/problem.ts';
import type { CodeLookup } from '../store/types.ts';
import type { Definitions } from './definitions.ts';
import { ValueSets } from './value-set.ts';

/**
 * What the store's search asks of terminology (http://hl7.org/fhir/R4/search.html#token, `:in`, `:not-in`, `:above`, `:below`). What is
 * unknown or cannot be worked out is said to be so; anything else thrown is a bug and goes on. The definitions are themselves found in the
 * store, so they come later than the store that asks.
 */
export function codeLookup(later: () => Definitions): CodeLookup {
  return {
    async members(canonical) {
      try {
        const definitions = later();
        const valueSet = await definitions.valueSet(canonical);
        return valueSet && [...(await new ValueSets(definitions).members(valueSet)).values()].map(({ system, concept }) => ({ system, code: concept.code }));
      } catch (error) {
        if (error instanceof Problem) return undefined;
        throw error;
      }
    },
    async below(system, code) {
      const source = await later().codeSystem(system);
      if (!source) return [code];
      const found = await orNone(source.select({ filters: [{ property: 'concept', op: 'is-a', value: code }], limit: 10_000 }));
      return [...new Set([code, ...(found?.concepts ?? []).map((concept) => concept.code)])];
    },
    async above(system, code) {
      const source = await later().codeSystem(system);
      return source ? [...new Set([code, ...(await source.above(code))])] : [code];
    },
  };
}

/** Codes that follow a grammar have nothing below them. */
async function orNone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
