/**
 * The part of FHIRPath (http://hl7.org/fhirpath/N1/) that search parameters are written in, parsed: paths, calls, an index, unions,
 * `is`, `as`, `=`, `!=`, `and`, `or`, literals and `%resource`. Anything else is refused when it is read, not when it is used.
 */
export type Path =
  | { kind: 'name'; name: string }
  | { kind: 'variable'; name: string }
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'member'; of: Path; name: string }
  | { kind: 'call'; of: Path | undefined; name: string; args: Path[] }
  | { kind: 'index'; of: Path; at: number }
  | { kind: 'union'; parts: Path[] }
  | { kind: 'type'; operator: 'is' | 'as'; of: Path; type: string }
  | { kind: 'compare'; operator: '=' | '!=' | 'and' | 'or'; left: Path; right: Path };

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
    if (!found) throw new Error(`cannot read FHIRPath at ${at}: ${text}`);
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
  const peek = (sign: string) => tokens[at]?.text === sign && tokens[at]!.kind !== 'string';
  const take = (sign: string): boolean => peek(sign) && ++at > 0;
  const need = (sign: string): void => {
    if (!take(sign)) throw new Error(`expected ${sign} in FHIRPath: ${text}`);
  };
  const needName = (): string => {
    const token = tokens[at++];
    if (token?.kind !== 'name') throw new Error(`expected a name in FHIRPath: ${text}`);
    return token.text;
  };

  // binding from the loosest: or · and · = != · is as · | · postfix
  const or = (): Path => chain(and, 'or');
  const and = (): Path => chain(equal, 'and');
  const chain = (next: () => Path, operator: 'or' | 'and'): Path => {
    let left = next();
    while (take(operator)) left = { kind: 'compare', operator, left, right: next() };
    return left;
  };
  const equal = (): Path => {
    const left = typed();
    for (const operator of ['=', '!='] as const) if (take(operator)) return { kind: 'compare', operator, left, right: typed() };
    return left;
  };
  const typed = (): Path => {
    let of = union();
    for (;;) {
      const operator = take('is') ? 'is' : take('as') ? 'as' : undefined;
      if (!operator) return of;
      of = { kind: 'type', operator, of, type: needName() };
    }
  };
  const union = (): Path => {
    const parts = [postfix()];
    while (take('|')) parts.push(postfix());
    return parts.length === 1 ? parts[0]! : { kind: 'union', parts };
  };
  const call = (of: Path | undefined, name: string): Path => {
    const args: Path[] = [];
    if (!take(')')) {
      do args.push(or());
      while (take(','));
      need(')');
    }
    return { kind: 'call', of, name, args };
  };
  const postfix = (): Path => {
    let path = primary();
    for (;;) {
      if (take('.')) {
        const name = needName();
        path = take('(') ? call(path, name) : { kind: 'member', of: path, name };
      } else if (take('[')) {
        path = { kind: 'index', of: path, at: Number(tokens[at++]?.text) };
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
    if (!token || token.kind === 'sign') throw new Error(`cannot read FHIRPath: ${text}`);
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
    if (/^[%$]/.test(token.text)) return { kind: 'variable', name: token.text };
    return take('(') ? call(undefined, token.text) : { kind: 'name', name: token.text };
  };

  const path = or();
  if (at < tokens.length) throw new Error(`cannot read FHIRPath after “${tokens[at]!.text}”: ${text}`);
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
