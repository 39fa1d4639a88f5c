import { Problem } from '../kernel/problem.ts';
import { checkType } from './address.ts';
import type { Change, Searcher } from './planned-change.ts';

/** What a conditional reference leads to: a resource of the store, or an entry of this Bundle whose id is not given yet. */
export type Found = string | Change;

/**
 * `Patient?identifier=…` in a reference must find exactly one resource. It is resolved last of all (http://hl7.org/fhir/R4/http.html#trules), so
 * what the Bundle itself creates counts and what it deletes does not.
 */
export async function findReferences(ctx: Searcher, changes: readonly Change[], lenient: boolean): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const gone = new Set(changes.flatMap(({ method, type, id }) => (method === 'DELETE' && id !== undefined ? [`${type}/${id}`] : [])));
  for (const { entry, links } of changes) {
    for (const { type: kind, value: reference } of links) {
      // most references are an address or a fullUrl
      if (kind !== 'Reference' || !reference.includes('?')) continue;
      const condition = /^([A-Z][A-Za-z]+)\?(.+)$/.exec(reference);
      if (!condition || found.has(reference)) continue;
      const [, type, query] = condition as unknown as [string, string, string];
      const here = matchesAmong(changes, type, query);
      const { matches } = await ctx.store.search(checkType(type), `${query}&_count=3`);
      const there = matches.map(({ id }) => `${type}/${id}`).filter((one) => !gone.has(one) && !here.some((change) => `${type}/${change.id}` === one));
      const count = here.length + there.length;
      if (count === 0 && lenient) continue;
      if (count !== 1) {
        const details = { reference: reference.slice(0, 200), entry: entry.index, matches: count === 0 ? 0 : '>1' };
        throw new Problem('rest.reference-condition', details, [{ severity: 'error', code: count === 0 ? 'not-found' : 'multiple-matches', expression: `Bundle.entry[${entry.index}].resource`, diagnostics: '' }]);
      }
      found.set(reference, here[0] ?? there[0]!);
    }
  }
  return found;
}

/** The entries that a condition means: by the condition that they carry themselves, or by an identifier. */
function matchesAmong(changes: readonly Change[], type: string, query: string): Change[] {
  const wanted = /^identifier=([^&,]*)$/.exec(query)?.[1];
  const [system, value] = wanted === undefined ? [] : splitToken(decode(wanted));
  return changes.filter((change) => {
    if (change.type !== type || change.method === 'DELETE') return false;
    if (change.condition !== undefined && decode(change.condition) === decode(query)) return true;
    const { identifier } = change.entry.resource as { identifier?: unknown };
    if (value === undefined || value === '') return false;
    return [identifier].flat().some((one) => isIdentifier(one) && one.value === value && (system === undefined || (one.system ?? '') === system));
  });
}

function isIdentifier(one: unknown): one is { system?: string; value?: string } {
  return typeof one === 'object' && one !== null;
}

function splitToken(token: string): [string | undefined, string] {
  const bar = token.indexOf('|');
  return bar === -1 ? [undefined, token] : [token.slice(0, bar), token.slice(bar + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
