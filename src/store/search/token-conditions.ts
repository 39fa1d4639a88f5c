import { Problem } from '../../kernel/problem.ts';
import { keptHashes, tokenHashes, type AskedToken } from '../kept-hashes.ts';
import type { ParamTokens } from '../token-hash.ts';
import { anyOf, anyToken, hasherOf, not, type Condition, type Frame } from './condition.ts';
import type { Clause } from './clause.ts';
import { splitValues, unescapeValue } from './parse-clause.ts';
import { displayBegins } from './text-conditions.ts';

type ParamClause = Extract<Clause, { kind: 'param' }>;

/** Codes that a value set or a subtree may have in a search. */
const codeLimit = 20_000;

export function badModifier(clause: Pick<Clause, 'name'> & { modifier?: string | undefined }): Problem {
  return new Problem('store.bad-modifier', { parameter: clause.name.split(':')[0]!, modifier: clause.modifier ?? '' });
}

/** What a typed token asks for: `system|code`, `code`, `|code`, `system|` (http://hl7.org/fhir/R4/search.html#token). */
export function typedToken(value: string): AskedToken {
  const bar = /^((?:[^\\|]|\\.)*)\|(.*)$/s.exec(value);
  if (!bar) return { code: unescapeValue(value) };
  const [, system = '', rest = ''] = bar;
  return { system: unescapeValue(system), ...((rest !== '' || system === '') && { code: unescapeValue(rest) }) };
}

/** Rows with one of the typed tokens, whichever of the searched types they are. */
export function tokensOf(frame: Frame, param: string, values: readonly string[]): Condition {
  return anyToken(frame, tokenHashes(hasherOf(frame), frame.types, param, values.map(typedToken)));
}

/** A token parameter with each of its modifiers; `:missing` is common to all parameters and is not here. */
export async function tokenCondition(frame: Frame, clause: ParamClause): Promise<Condition> {
  const { param, modifier, values } = clause;
  switch (modifier) {
    case undefined:
      return tokensOf(frame, param.name, values);
    case 'not':
      return not(frame, tokensOf(frame, param.name, values));
    case 'text':
      return anyOf(await Promise.all(values.map((value) => displayBegins(frame, param.name, unescapeValue(value)))));
    case 'of-type':
      return anyToken(frame, keptHashes(hasherOf(frame), frame.types, param.name, (of) => values.map((value) => ofTypeHash(of, clause, value))));
    case 'in':
      return codings(frame, param.name, await members(frame, clause));
    case 'not-in':
      return not(frame, codings(frame, param.name, await members(frame, clause)));
    case 'above':
    case 'below':
      return codings(frame, param.name, await subtree(frame, clause, modifier));
    default:
      throw badModifier(clause);
  }
}

function ofTypeHash(of: ParamTokens, clause: ParamClause, value: string): bigint {
  const parts = splitValues(value, '|');
  if (parts.length !== 3) throw new Problem('store.bad-value', { parameter: clause.name, value, expected: 'system|type|value' });
  return of.token('of-type', parts.join('|'));
}

interface Coding {
  system: string;
  code: string;
}

/** A coding of a set without a system is met by the code alone. */
function codings(frame: Frame, param: string, all: readonly Coding[]): Condition {
  return anyToken(frame, tokenHashes(hasherOf(frame), frame.types, param, all.map(({ system, code }) => (system === '' ? { code } : { system, code }))));
}

function lookupOf(frame: Frame, clause: ParamClause): NonNullable<Frame['codes']> {
  if (!frame.codes) throw new Problem('store.no-terminology', { parameter: clause.param.name, modifier: clause.modifier ?? '' });
  return frame.codes;
}

async function members(frame: Frame, clause: ParamClause): Promise<Coding[]> {
  const lookup = lookupOf(frame, clause);
  const all: Coding[] = [];
  for (const value of clause.values.map(barAside)) {
    const found = await lookup.members(value);
    if (!found) throw new Problem('store.unknown-value-set', { valueSet: value.slice(0, 200) });
    all.push(...found);
    if (all.length > codeLimit) throw new Problem('store.too-broad', { parameter: clause.name, limit: codeLimit });
  }
  return all;
}

/** A canonical may carry a version after a bar, which is no separator here. */
const barAside = (value: string) => unescapeValue(value);

async function subtree(frame: Frame, clause: ParamClause, way: 'above' | 'below'): Promise<Coding[]> {
  const lookup = lookupOf(frame, clause);
  const all: Coding[] = [];
  for (const value of clause.values) {
    const [system, code, ...more] = splitValues(value, '|');
    if (system === undefined || code === undefined || more.length > 0) throw new Problem('store.bad-value', { parameter: clause.name, value, expected: 'system|code' });
    // the code itself belongs to its subtree whatever terminology knows of it
    all.push({ system, code }, ...(await lookup[way](system, code)).map((one) => ({ system, code: one })));
    if (all.length > codeLimit) throw new Problem('store.too-broad', { parameter: clause.name, limit: codeLimit });
  }
  return all;
}

/** A uri as written; `:below` a beginning, `:above` every beginning of it that ends before a slash (http://hl7.org/fhir/R4/search.html#uri). */
export function uriHashes(frame: Frame, param: string, values: readonly string[]): Condition {
  return anyToken(frame, keptHashes(hasherOf(frame), frame.types, param, (of) => values.map((value) => of.token('uri', value))));
}

export function beginningsOf(uri: string): string[] {
  const slashes = [...uri.matchAll(/\//g)].map(({ index }) => index);
  return [uri, ...slashes.flatMap((at) => [uri.slice(0, at), uri.slice(0, at + 1)])];
}
