import type { Resource } from '@medplum/fhirtypes';
import { foldText, indexResource, latinOf } from '../../fhir/index.ts';
import type { IndexEntry, SearchParam } from '../../fhir/types.ts';
import { Problem } from '../../kernel/problem.ts';
import { findParam, splitValues, unescapeValue, type Clause } from './query.ts';
import { anyOf, paramFilter, type FilterFrame } from './filter.ts';
import { dateValue, numberValue, type Prefix } from './values-of.ts';

type CompositeClause = Extract<Clause, { kind: 'param' }>;

/** The parts of a composite value, `a$b`. */
function partsOf(clause: CompositeClause, value: string): string[] {
  const parts = splitValues(value, '$');
  if (parts.length !== clause.param.components.length) throw new Problem('store.bad-value', { parameter: clause.name, value, expected: clause.param.components.map(({ type }) => type).join('$') });
  return parts;
}

/**
 * A composite as SQL: each part by the parameter that it is made of. That narrows; whether the parts stand in the same element
 * is decided by `matchesComposites` on the resource itself.
 */
export function composites(frame: FilterFrame, clause: CompositeClause): string {
  return anyOf(
    clause.values.map((value) => {
      const terms = partsOf(clause, value).flatMap((part, index) => {
        const param = knownParam(frame.type, clause.param.components[index]!.param);
        return param ? [paramFilter(frame, { kind: 'param', param, modifier: undefined, values: [part], name: clause.name })] : [];
      });
      return terms.length === 0 ? 'true' : `(${terms.join(' and ')})`;
    }),
  );
}

function knownParam(type: string, name: string): SearchParam | undefined {
  try {
    return findParam(type, name);
  } catch {
    return undefined;
  }
}

export function needsRecheck(clauses: readonly Clause[]): boolean {
  return clauses.some((clause) => clause.kind === 'param' && clause.param.type === 'composite');
}

/** Does the resource hold, in one element, every part of each composite clause? */
export function matchesComposites(content: string, clauses: readonly Clause[], zone: string, now: Date): boolean {
  const wanted = clauses.filter((clause): clause is CompositeClause => clause.kind === 'param' && clause.param.type === 'composite');
  const entries = indexResource(JSON.parse(content) as Resource, { zone });
  return wanted.every((clause) =>
    clause.values.some((value) => {
      const asked = partsOf(clause, value);
      return entries.some(
        (entry) => entry.kind === 'composite' && entry.param === clause.param.name && asked.every((part, index) => (entry.parts[index] ?? []).some((one) => entryMatches(one, part, clause.name, zone, now))),
      );
    }),
  );
}

/** One index entry against one typed value, as the search page defines it for the entry's kind, without modifiers. */
export function entryMatches(entry: IndexEntry, value: string, name: string, zone: string, now: Date): boolean {
  switch (entry.kind) {
    case 'token': {
      const parts = splitValues(value, '|');
      if (!value.includes('|')) return entry.code === unescapeValue(value);
      if (value.startsWith('|')) return !entry.system && entry.code === parts[0];
      return entry.system === parts[0] && (parts.length === 1 || entry.code === parts.slice(1).join('|'));
    }
    case 'reference':
      return entry.target === value || (entry.target?.endsWith(`/${value}`) ?? false);
    case 'uri':
      return entry.value === unescapeValue(value);
    case 'string':
      return latinOf(foldText(entry.value)).startsWith(latinOf(foldText(unescapeValue(value))));
    case 'date': {
      const asked = dateValue(name, value, zone, now);
      return compare(entry.low, entry.high, asked.prefix, asked.low, asked.high);
    }
    case 'number':
    case 'quantity': {
      const [amount = '', , code] = value.split('|');
      if (entry.kind === 'quantity' && code && code !== entry.code && code !== entry.unit) return false;
      const asked = numberValue(name, amount);
      const exact = asked.prefix === 'eq' || asked.prefix === 'ne' || asked.prefix === 'ap';
      return compare(entry.value, entry.value, asked.prefix, exact ? asked.low : asked.value, exact ? asked.high : asked.value);
    }
    case 'composite':
      return false;
  }
}

function compare(low: number, high: number, prefix: Prefix, askedLow: number, askedHigh: number): boolean {
  const within = low >= askedLow && high <= askedHigh;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return high > askedHigh;
    case 'lt':
      return low < askedLow;
    case 'ge':
      return high > askedHigh || within;
    case 'le':
      return low < askedLow || within;
    case 'sa':
      return low > askedHigh;
    case 'eb':
      return high < askedLow;
    case 'ap':
      return low <= askedHigh && high >= askedLow;
  }
}
