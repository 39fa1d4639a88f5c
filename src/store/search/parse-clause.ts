import { Problem } from '../../kernel/problem.ts';
import { typeNumber } from '../type-number.ts';
import { findParam, type Clause, type Include } from './clause.ts';

/** Values that one clause may list, and links that a chain may have: more of them is no question that a person asked. */
const valueLimit = 1000;
const chainLimit = 10;

/** One criterion of a search of these types. Refuses `store.unknown-parameter`, `store.bad-modifier`, `store.bad-value`. */
export function parseClause(types: readonly string[], name: string, value: string): Clause {
  if (name.split(/[.]|_has:/).length > chainLimit) throw new Problem('store.chain-too-long', { parameter: name.slice(0, 80), limit: chainLimit });
  if (name.startsWith('_has:')) return parseHas(types, name, value);
  const dot = name.indexOf('.');
  if (dot !== -1) {
    const [head, targetType] = splitName(name.slice(0, dot));
    const param = findParam(types, head);
    if (param.type !== 'reference') throw new Problem('store.bad-modifier', { parameter: head, modifier: name.slice(dot) });
    if (targetType !== undefined && typeNumber(targetType) === undefined) throw new Problem('store.bad-modifier', { parameter: head, modifier: targetType });
    return { kind: 'chain', param, targetType, rest: name.slice(dot + 1), value, name };
  }
  const [head, modifier] = splitName(name);
  const values = splitValues(value);
  if (values.length === 0) throw new Problem('store.bad-value', { parameter: name, value, expected: '…' });
  if (values.length > valueLimit) throw new Problem('store.too-many-values', { parameter: head, limit: valueLimit });
  const plain = () => {
    if (modifier !== undefined) throw new Problem('store.bad-modifier', { parameter: head, modifier });
  };
  switch (head) {
    case '_id':
      return { kind: 'id', modifier, values, name };
    case '_lastUpdated':
      return { kind: 'updated', modifier, values, name };
    case '_list':
      plain();
      return { kind: 'list', values, name };
    case '_content':
    case '_text':
      plain();
      return { kind: 'words', within: head === '_text' ? 'narrative' : 'resource', values: values.map(unescapeValue), name };
  }
  return { kind: 'param', param: findParam(types, head), modifier, values, name };
}

function parseHas(types: readonly string[], name: string, value: string): Clause {
  const [, type = '', param = '', ...rest] = name.split(':');
  if (typeNumber(type) === undefined || rest.length === 0) throw new Problem('store.unknown-parameter', { type: types.join(', '), parameter: name });
  const found = findParam([type], param);
  if (found.type !== 'reference') throw new Problem('store.unknown-parameter', { type, parameter: param });
  return { kind: 'has', type, param: found, rest: rest.join(':'), value, name };
}

/** `code:not` → code, not. */
function splitName(name: string): [string, string | undefined] {
  const colon = name.indexOf(':');
  return colon === -1 ? [name, undefined] : [name.slice(0, colon), name.slice(colon + 1)];
}

/** Splits at commas that no backslash escapes (http://hl7.org/fhir/R4/search.html#escaping); empty parts fall away. */
export function splitValues(value: string, separator = ','): string[] {
  const parts = [''];
  for (let at = 0; at < value.length; at++) {
    const letter = value[at]!;
    if (letter === '\\' && at + 1 < value.length) parts[parts.length - 1] += letter + value[++at]!;
    else if (letter === separator) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part !== '').map((part) => (separator === '|' ? unescapeValue(part) : part));
}

export function unescapeValue(value: string): string {
  return value.replace(/\\([\\,|$])/g, '$1');
}

/** `_include=Type:parameter[:Target]`, `Type:*` or `*`; a parameter must be a reference. */
export function parseInclude(name: string, reverse: boolean, modifier: string | undefined, value: string): Include {
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') throw new Problem('store.bad-modifier', { parameter: name, modifier });
  const iterate = modifier !== undefined;
  if (value === '*' || value === '*:*') return { reverse, type: '*', param: '*', targetType: undefined, iterate };
  const [type = '', param = '', targetType] = value.split(':');
  const wrong = () => new Problem('store.bad-value', { parameter: name, value, expected: 'Type:parameter' });
  if (typeNumber(type) === undefined || (targetType !== undefined && typeNumber(targetType) === undefined)) throw wrong();
  if (param !== '*') {
    if (findParam([type], param).type !== 'reference') throw wrong();
  }
  return { reverse, type, param, targetType, iterate };
}
