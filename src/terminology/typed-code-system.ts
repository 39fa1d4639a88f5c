import type { CodeIndex } from './code-index.ts';
import type { CodeSystemSource, Selection } from './code-system.ts';

/** The same code system, with typed words answered by an index in memory: slips, clinicians' short words and half codes are understood. */
export function typedCodeSystem(source: CodeSystemSource, index: CodeIndex): CodeSystemSource {
  return {
    url: source.url,
    version: source.version,
    name: source.name,
    content: source.content,
    language: source.language,
    properties: source.properties,
    above: (code) => source.above(code),
    children: (code) => source.children(code),
    async select(selection: Selection) {
      const { text, offset = 0, limit, ...rest } = selection;
      // rows out of force are not in the index
      if (text === undefined || selection.activeOnly === false) return source.select(selection);
      if (rest.codes === undefined && (rest.filters ?? []).length === 0) {
        const { total, matches } = index.page(text, offset, limit);
        return { total, concepts: matches.map(({ code, display, parent }) => ({ code, display, parents: parent === undefined ? [] : [parent], active: true, abstract: false, designations: [], properties: [] })) };
      }
      const { matches } = index.page(text, 0, index.size);
      if (matches.length === 0) return { total: 0, concepts: [] };
      const among = rest.codes && new Set(rest.codes);
      const codes = matches.map(({ code }) => code).filter((code) => !among || among.has(code));
      const { concepts } = await source.select({ ...rest, codes, limit: codes.length });
      const entries = new Map(concepts.map((concept) => [concept.code, concept]));
      const found = codes.map((code) => entries.get(code)).filter((entry) => entry !== undefined);
      return { total: found.length, concepts: found.slice(offset, offset + limit) };
    },
  };
}
