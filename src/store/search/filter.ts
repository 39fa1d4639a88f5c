import { foldText, latinOf, resourceTypes } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import { isCompartmentParam, mainColumns } from '../main-columns.ts';
import { textLimit } from '../row.ts';
import { compartmentNumber, paramNumber, type TokenHasher } from '../token-hash.ts';
import { bigints, timestamp, type Values } from '../values.ts';
import type { Clause } from './query.ts';
import { splitValues, unescapeValue } from './query.ts';
import { dateValue, numberValue, rangeSql } from './values-of.ts';

/** What a filter needs beside the clause. `driven`: something narrower already drives, so tokens are tested row by row. */
export interface FilterFrame {
  type: string;
  hasher: TokenHasher;
  zone: string;
  now: Date;
  values: Values;
  driven: boolean;
}

type ParamClause = Extract<Clause, { kind: 'param' }>;

/** One parameter clause as SQL over the row alias `r`. */
export function paramFilter(frame: FilterFrame, clause: ParamClause): string {
  const { param, modifier } = clause;
  if (modifier === 'missing') return missing(frame, clause);
  switch (param.type) {
    case 'token':
      return token(frame, clause);
    case 'reference':
      return reference(frame, clause);
    case 'string':
      return string(frame, clause);
    case 'uri':
      return uri(frame, clause);
    case 'date':
      return date(frame, clause);
    case 'number':
    case 'quantity':
      return number(frame, clause);
    default:
      throw new Problem('store.unknown-parameter', { type: frame.type, parameter: clause.name });
  }
}

/** Rows that carry one of the tokens. A narrower driver keeps the planner from the GIN index by hiding the column in an expression. */
export function tokensFilter(frame: Pick<FilterFrame, 'values' | 'driven'>, hashes: readonly bigint[]): string {
  if (!frame.driven) return `r.tokens && ${frame.values.add(bigints(hashes))}::bigint[]`;
  if (hashes.length === 1) return `${frame.values.add(hashes[0])}::bigint = any(r.tokens)`;
  return `(r.tokens || '{}'::bigint[]) && ${frame.values.add(bigints(hashes))}::bigint[]`;
}

function badModifier(clause: ParamClause): Problem {
  return new Problem('store.bad-modifier', { parameter: clause.param.name, modifier: clause.modifier ?? '' });
}

function missing(frame: FilterFrame, clause: ParamClause): string {
  const [value] = clause.values;
  if (value !== 'true' && value !== 'false') throw new Problem('store.bad-value', { parameter: clause.name, value: value ?? '', expected: 'true, false' });
  const present = tokensFilter(frame, [frame.hasher.token(frame.type, clause.param.name, 'present')]);
  return value === 'true' ? `not ${present}` : present;
}

/** The hash that a typed token asks for: `system|code`, `code`, `|code`, `system|` (search.html#token). */
function tokenHash(frame: FilterFrame, param: string, value: string): bigint {
  const parts = splitValues(value, '|');
  const bar = /(?:^|[^\\])\|/.test(value);
  if (!bar) return frame.hasher.token(frame.type, param, 'code', unescapeValue(value));
  if (value.startsWith('|')) return frame.hasher.token(frame.type, param, '|code', parts[0] ?? '');
  if (parts.length === 1) return frame.hasher.token(frame.type, param, 'system|', parts[0]);
  return frame.hasher.token(frame.type, param, 'system|code', `${parts[0]}|${parts.slice(1).join('|')}`);
}

function token(frame: FilterFrame, clause: ParamClause): string {
  const { param, modifier, values } = clause;
  if (modifier === 'text') return texts(frame, clause, paramNumber(frame.type, param.name, ':text'), foldText);
  if (modifier === 'of-type') {
    const hashes = values.map((value) => {
      const parts = splitValues(value, '|');
      if (parts.length !== 3) throw new Problem('store.bad-value', { parameter: clause.name, value, expected: 'system|type|value' });
      return frame.hasher.token(frame.type, param.name, 'of-type', parts.join('|'));
    });
    return tokensFilter(frame, hashes);
  }
  if (modifier !== undefined && modifier !== 'not') throw badModifier(clause);
  const hashes = values.map((value) => tokenHash(frame, param.name, value));
  if (modifier === 'not') return `not (r.tokens && ${frame.values.add(bigints(hashes))}::bigint[])`;
  if (param.name === mainColumns(frame.type).code && frame.driven && hashes.length === 1 && values[0]!.includes('|')) {
    const hash = frame.values.add(hashes[0]);
    return `(r.code = ${hash}::bigint or (r.code is null and ${hash}::bigint = any(r.tokens)))`;
  }
  return tokensFilter(frame, hashes);
}

/** `Type/id` of each resource that a typed reference may mean: `Type/id`, a bare id with the modifier's type or any target type, or a URL. */
export function referenceTargets(clause: ParamClause, base?: string): string[] {
  const { param, modifier } = clause;
  if (modifier !== undefined && !resourceTypes.includes(modifier)) throw badModifier(clause);
  return clause.values.map(unescapeValue).flatMap((value) => {
    const local = base !== undefined && value.startsWith(`${base}/`) ? value.slice(base.length + 1) : value;
    if (local.includes('/') || local.includes(':')) return [local];
    const types = modifier ? [modifier] : param.targets.length > 0 ? param.targets : resourceTypes;
    return types.map((type) => `${type}/${local}`);
  });
}

function reference(frame: FilterFrame, clause: ParamClause): string {
  const { param, modifier } = clause;
  if (modifier === 'identifier') {
    return tokensFilter(frame, clause.values.map((value) => frame.hasher.token(frame.type, param.name, 'identifier', value.includes('|') ? value : `|${value}`)));
  }
  return tokensFilter(frame, referenceTargets(clause).map((target) => frame.hasher.token(frame.type, param.name, 'reference', target)));
}

/** The compartments that a clause confines the search to, where it names the row's own patient; undefined where it does not. */
export function compartmentsOfClause(type: string, clause: Clause): bigint[] | undefined {
  if (clause.kind !== 'param' || clause.param.type !== 'reference' || !isCompartmentParam(type, clause.param.name)) return undefined;
  if (clause.modifier !== undefined && clause.modifier !== 'Patient') return undefined;
  const targets = referenceTargets(clause).filter((target) => target.startsWith('Patient/'));
  const others = clause.values.some((value) => value.includes('/') && !value.startsWith('Patient/'));
  return others || targets.length === 0 ? undefined : targets.map((target) => compartmentNumber('Patient', target.slice(8)));
}

function string(frame: FilterFrame, clause: ParamClause): string {
  const { param, modifier, values } = clause;
  if (modifier === 'exact') return tokensFilter(frame, values.map((value) => frame.hasher.token(frame.type, param.name, 'exact', unescapeValue(value))));
  const number = paramNumber(frame.type, param.name);
  if (modifier === 'contains') {
    const terms = values.map((value) => {
      const key = latinOf(foldText(unescapeValue(value))).slice(0, textLimit);
      return `r.rid in (select t.rid from text_value t where t.param = ${number} and position(${frame.values.add(key)} in t.value) > 0)`;
    });
    return anyOf(terms);
  }
  if (modifier !== undefined) throw badModifier(clause);
  return texts(frame, clause, number, (value) => latinOf(foldText(value)));
}

/** Every word typed must begin some word of the parameter's values, in any order. */
function texts(frame: FilterFrame, clause: ParamClause, param: number, fold: (value: string) => string): string {
  return anyOf(
    clause.values.map((value) => {
      const words = fold(unescapeValue(value)).split(' ').filter(Boolean).slice(0, 10);
      if (words.length === 0) return 'false';
      return `(${words.map((word) => beginsWith(frame, param, word.slice(0, textLimit))).join(' and ')})`;
    }),
  );
}

function beginsWith(frame: FilterFrame, param: number, beginning: string): string {
  const low = frame.values.add(beginning);
  const high = frame.values.add(`${beginning}\u{10ffff}`);
  return `r.rid in (select t.rid from text_value t where t.param = ${param} and t.value >= ${low} and t.value < ${high})`;
}

function uri(frame: FilterFrame, clause: ParamClause): string {
  const { param, modifier, values } = clause;
  const hash = (value: string) => frame.hasher.token(frame.type, param.name, 'uri', value);
  if (modifier === undefined) return tokensFilter(frame, values.map(unescapeValue).map(hash));
  if (modifier === 'below') return anyOf(values.map((value) => beginsWith(frame, paramNumber(frame.type, param.name), unescapeValue(value).slice(0, textLimit))));
  if (modifier === 'above') {
    return tokensFilter(frame, values.map(unescapeValue).flatMap((value) => [value, ...[...value.matchAll(/\//g)].map(({ index }) => value.slice(0, index))]).map(hash));
  }
  throw badModifier(clause);
}

function date(frame: FilterFrame, clause: ParamClause): string {
  if (clause.modifier !== undefined) throw badModifier(clause);
  const param = paramNumber(frame.type, clause.param.name);
  const main = clause.param.name === mainColumns(frame.type).date;
  return anyOf(
    clause.values.map((text) => {
      const { prefix, low, high } = dateValue(clause.name, text, frame.zone, frame.now);
      const compare = (lowColumn: string, highColumn: string) => rangeSql(lowColumn, highColumn, prefix, instant(frame, low), instant(frame, high));
      const narrow = `r.rid in (select d.rid from date_value d where d.param = ${param} and ${compare('d.low', 'd.high')})`;
      return main ? `(${compare('r.date_lo', 'r.date_hi')} or (r.date_lo is null and ${narrow}))` : narrow;
    }),
  );
}

function instant(frame: FilterFrame, milliseconds: number): () => string {
  return () => `${frame.values.add(timestamp(milliseconds))}::timestamptz`;
}

/** `_lastUpdated` compares with the instant of the version. */
export function updatedFilter(frame: FilterFrame, clause: Extract<Clause, { kind: 'updated' }>): string {
  return anyOf(
    clause.values.map((text) => {
      const { prefix, low, high } = dateValue(clause.name, text, frame.zone, frame.now);
      return rangeSql('r.updated', 'r.updated', prefix, instant(frame, low), instant(frame, high));
    }),
  );
}

function number(frame: FilterFrame, clause: ParamClause): string {
  if (clause.modifier !== undefined) throw badModifier(clause);
  const param = paramNumber(frame.type, clause.param.name);
  return anyOf(
    clause.values.map((text) => {
      const [amount = '', system = '', code = ''] = text.split('|');
      const asked = numberValue(clause.name, amount);
      const exact = asked.prefix === 'eq' || asked.prefix === 'ne' || asked.prefix === 'ap';
      const bound = (value: number) => () => `${frame.values.add(exact ? value : asked.value)}::float8`;
      const [low, high] = [bound(asked.low), bound(asked.high)];
      const middle = '(n.low + n.high) / 2';
      const unit = code ? ` and n.unit = any(${frame.values.add(bigints(unitHashes(frame, system, code)))}::bigint[])` : '';
      const compare = asked.prefix === 'eq' ? `${middle} >= ${low()} and ${middle} < ${high()}` : rangeSql(middle, middle, asked.prefix, low, high);
      return `r.rid in (select n.rid from number_value n where n.param = ${param}${unit} and ${compare})`;
    }),
  );
}

function unitHashes(frame: FilterFrame, system: string, code: string): bigint[] {
  const systems = system ? [system] : ['', 'http://unitsofmeasure.org'];
  return systems.map((one) => frame.hasher.unit(one || undefined, code));
}

export function anyOf(terms: readonly string[]): string {
  return terms.length === 1 ? terms[0]! : `(${terms.join(' or ')})`;
}
