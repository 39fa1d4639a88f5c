/**
 * The part of FHIRPath (http://hl7.org/fhirpath/N1/) that search parameters are written in, parsed: paths, calls, an index, unions,
 * `is`, `as`, `=`, `!=`, `and`, `or`, literals and `%resource`. Anything else is refused when it is read, not when it is used.
 */
export type Path = (
  | { kind: 'name'; name: string }
  | { kind: 'variable'; name: string }
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'member'; of: Path; name: string }
  | { kind: 'call'; of: Path | undefined; name: string; args: Path[] }
  | { kind: 'index'; of: Path; at: number }
  | { kind: 'union'; parts: Path[] }
  | { kind: 'type'; operator: 'is' | 'as'; of: Path; type: string }
  | { kind: 'compare'; operator: '=' | '!=' | 'and' | 'or'; left: Path; right: Path }
) & { /** where it stands in the text: the place that a refusal names */ start?: number };

/** An expression that cannot be compiled: what is wrong, and at which character (from 0) of the expression. */
export class PathRefusal extends Error {
  readonly reason: string;
  readonly at: number;
  constructor(reason: string, at: number, expression: string) {
    super(`${reason} (at ${at}): ${expression}`);
    this.name = 'PathRefusal';
    this.reason = reason;
    this.at = at;
  }
}

interface Token {
  text: string;
  kind: 'name' | 'string' | 'number' | 'sign';
  start: number;
  end: number;
}

function tokensOf(text: string): Token[] {
  const pattern = /\s*(?:('(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([%$]?[A-Za-z_][A-Za-z0-9_]*|`[^`]+`)|(!=|[.()[\]|=,]))/y;
  const tokens: Token[] = [];
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found) throw new PathRefusal('this is not FHIRPath that a search parameter can be written in', at, text);
    const kind = found[1] ? 'string' : found[2] ? 'number' : found[3] ? 'name' : 'sign';
    const raw = found[1] ?? found[2] ?? found[3] ?? found[4]!;
    const value = kind === 'string' ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw.replace(/^`|`$/g, '');
    tokens.push({ text: value, kind, start: pattern.lastIndex - raw.length, end: pattern.lastIndex });
  }
  return tokens;
}

/** Parses an expression; throws on what lies outside the subset. */
export function parsePath(text: string): Path {
  const tokens = tokensOf(text);
  let at = 0;
  const placeOf = (index: number): number => tokens[index]?.start ?? text.length;
  const peek = (sign: string) => tokens[at]?.text === sign && tokens[at]!.kind !== 'string';
  const take = (sign: string): boolean => peek(sign) && ++at > 0;
  const need = (sign: string): void => {
    if (!take(sign)) throw new PathRefusal(`“${sign}” is expected`, placeOf(at), text);
  };
  const needName = (): string => {
    const token = tokens[at++];
    if (token?.kind !== 'name') throw new PathRefusal('a name is expected', placeOf(at - 1), text);
    return token.text;
  };

  // binding from the loosest: or · and · = != · is as · | · postfix
  const or = (): Path => chain(and, 'or');
  const and = (): Path => chain(equal, 'and');
  const chain = (next: () => Path, operator: 'or' | 'and'): Path => {
    let left = next();
    for (let start = placeOf(at); take(operator); start = placeOf(at)) left = { kind: 'compare', operator, left, right: next(), start };
    return left;
  };
  const equal = (): Path => {
    const left = typed();
    const start = placeOf(at);
    for (const operator of ['=', '!='] as const) if (take(operator)) return { kind: 'compare', operator, left, right: typed(), start };
    return left;
  };
  const typed = (): Path => {
    let of = union();
    for (;;) {
      const start = placeOf(at);
      const operator = take('is') ? 'is' : take('as') ? 'as' : undefined;
      if (!operator) return of;
      of = { kind: 'type', operator, of, type: needName(), start };
    }
  };
  const union = (): Path => {
    const parts = [postfix()];
    while (take('|')) parts.push(postfix());
    return parts.length === 1 ? parts[0]! : { kind: 'union', parts };
  };
  const call = (of: Path | undefined, name: string, start: number): Path => {
    const args: Path[] = [];
    if (!take(')')) {
      do args.push(or());
      while (take(','));
      need(')');
    }
    return { kind: 'call', of, name, args, start };
  };
  const postfix = (): Path => {
    let path = primary();
    for (;;) {
      if (take('.')) {
        const start = placeOf(at);
        const name = needName();
        path = take('(') ? call(path, name, start) : { kind: 'member', of: path, name, start };
      } else if (take('[')) {
        const start = placeOf(at);
        path = { kind: 'index', of: path, at: Number(tokens[at++]?.text), start };
        need(']');
      } else return path;
    }
  };
  const primary = (): Path => {
    if (take('(')) {
      const inner = or();
      need(')');
      return inner;
    }
    const token = tokens[at++];
    if (!token || token.kind === 'sign') throw new PathRefusal('a path is expected', placeOf(at - 1), text);
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
    const { start } = token;
    if (/^[%$]/.test(token.text)) return { kind: 'variable', name: token.text, start };
    return take('(') ? call(undefined, token.text, start) : { kind: 'name', name: token.text, start };
  };

  const path = or();
  if (at < tokens.length) throw new PathRefusal(`“${tokens[at]!.text}” is not expected`, placeOf(at), text);
  return path;
}

/** The terms of a union that begin with one of the base types; undefined where none does. */
export function narrowExpression(expression: string, bases: readonly string[]): string | undefined {
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (const token of tokensOf(expression)) {
    if (token.kind !== 'sign') continue;
    if (token.text === '(' || token.text === '[') depth++;
    if (token.text === ')' || token.text === ']') depth--;
    if (token.text === '|' && depth === 0) {
      terms.push(expression.slice(start, token.start));
      start = token.end;
    }
  }
  terms.push(expression.slice(start));
  const own = terms.map((term) => term.trim()).filter((term) => bases.includes(/^\(*\s*([A-Za-z]+)/.exec(term)?.[1] ?? ''));
  return own.length > 0 ? own.join(' | ') : undefined;
}
