import { foldText, latinOf } from '../../fhir/index.ts';
import type { Clause } from './clause.ts';
import { rowsOf, type Condition, type Frame } from './condition.ts';

/**
 * `_content` and `_text` (http://hl7.org/fhir/R4/search.html#content): every word typed begins some word of the resource's texts, or of its narrative. Nothing of
 * it is indexed, as no index of all words is worth its size in a record that is read by patient, code and date: other criteria must narrow the
 * search, and its cost is known before it runs.
 */
export function wordsCondition(frame: Frame, clause: Extract<Clause, { kind: 'words' }>): Condition {
  const asked = clause.values.map((value) => wordsOf(value).filter(Boolean));
  return {
    test: () => 'true',
    rows: rowsOf(frame),
    recheck: ({ resource }) => {
      const texts = clause.within === 'narrative' ? [narrativeOf(resource)] : textsOf(resource);
      const words = new Set(texts.flatMap(wordsOf));
      return asked.some((beginnings) => beginnings.length > 0 && beginnings.every((beginning) => [...words].some((word) => word.startsWith(beginning))));
    },
  };
}

function wordsOf(text: string): string[] {
  return latinOf(foldText(text)).split(' ');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', '#160': ' ' };

function narrativeOf(resource: object): string {
  const { text } = resource as { text?: { div?: unknown } };
  return typeof text?.div === 'string' ? plainText(text.div) : '';
}

/** XHTML as people read it. */
function plainText(div: string): string {
  return div.replace(/<[^>]*>/g, ' ').replace(/&(#?\w+);/g, (all, name: string) => entities[name] ?? all);
}

/** Every text in a resource, its narrative without the marks; what only programs read (addresses of definitions, ids) finds nobody. */
function textsOf(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return name === 'div' ? [plainText(value)] : machineOnly.has(name) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, key));
}

const machineOnly = new Set(['resourceType', 'id', 'system', 'url', 'reference', 'versionId', 'lastUpdated', 'data', 'profile']);
