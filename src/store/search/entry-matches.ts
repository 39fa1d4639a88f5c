import { foldText, latinOf } from '../../fhir/index.ts';
import type { IndexEntry } from '../../fhir/types.ts';
import { unescapeValue } from './parse-clause.ts';
import { conversion, ucumSystem } from './units.ts';
import { dateValue, numberRangeMatches, numberValue, rangeMatches } from './values-of.ts';

/** One index entry against one typed value without modifiers, as the search page defines it for the entry's kind: what SQL finds by hashes is made certain by it. */
export function entryMatches(entry: IndexEntry, value: string, name: string, zone: string, now: Date): boolean {
  switch (entry.kind) {
    case 'token':
      return tokenMatches(entry, value);
    case 'reference':
      return entry.target === value || (!value.includes('/') && (entry.target?.endsWith(`/${value}`) ?? false));
    case 'uri':
      return entry.value === unescapeValue(value);
    case 'string':
      return stringMatches(entry.value, unescapeValue(value));
    case 'date': {
      const asked = dateValue(name, value, zone, now);
      return rangeMatches(entry.low, entry.high, asked.prefix, asked.low, asked.high);
    }
    case 'number':
      return numberRangeMatches(entry.low, entry.high, numberValue(name, value.split('|')[0]!));
    case 'quantity':
      return quantityMatches(entry, value, name);
    case 'composite':
    case 'position':
      return false;
  }
}

function tokenMatches(entry: Extract<IndexEntry, { kind: 'token' }>, value: string): boolean {
  const bar = /^((?:[^\\|]|\\.)*)\|(.*)$/s.exec(value);
  if (!bar) return entry.code === unescapeValue(value);
  const [system, code] = [unescapeValue(bar[1]!), unescapeValue(bar[2]!)];
  if (system === '') return !entry.system && entry.code === code;
  return entry.system === system && (code === '' || entry.code === code);
}

/** Every word typed begins some word of the value. */
export function stringMatches(value: string, typed: string): boolean {
  const words = latinOf(foldText(value)).split(' ');
  const asked = latinOf(foldText(typed)).split(' ').filter(Boolean);
  return asked.length > 0 && asked.every((beginning) => words.some((word) => word.startsWith(beginning)));
}

function quantityMatches(entry: Extract<IndexEntry, { kind: 'quantity' }>, value: string, name: string): boolean {
  const [amount = '', system = '', ...rest] = value.split('|');
  const code = rest.join('|');
  const asked = numberValue(name, amount);
  if (system === '') return (code === '' || code === entry.code || code === entry.unit) && numberRangeMatches(entry.low, entry.high, asked);
  if (entry.system !== system) return false;
  if (code === '' || code === entry.code) return numberRangeMatches(entry.low, entry.high, asked);
  const convert = system === ucumSystem && entry.code !== undefined ? conversion(code, entry.code) : undefined;
  return convert !== undefined && numberRangeMatches(entry.low, entry.high, { ...asked, value: convert(asked.value), low: convert(asked.low), high: convert(asked.high) });
}
