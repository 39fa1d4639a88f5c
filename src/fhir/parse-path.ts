/** FHIRPath (http://hl7.org/fhirpath/N1/), parsed. What is not FHIRPath is refused when it is read, not when it is used. */
export type Path =
  | { kind: 'name'; name: string }
  | { kind: 'variable'; name: string }
  | { kind: 'literal'; value: string | number | boolean; /** set where the text of the value does not tell it: `@2026-11`, `5 'mg'` */ type?: 'date' | 'dateTime' | 'time' | 'Quantity'; unit?: string }
  | { kind: 'empty' }
  | { kind: 'member'; of: Path; name: string }
  | { kind: 'call'; of: Path | undefined; name: string; args: Path[] }
  | { kind: 'index'; of: Path; at: number }
  | { kind: 'union'; parts: Path[] }
  | { kind: 'type'; operator: 'is' | 'as'; of: Path; type: string }
  | { kind: 'compare'; operator: Operator; left: Path; right: Path }
  | { kind: 'negative'; of: Path };

/** Binary operators by how tightly they bind, the loosest first (http://hl7.org/fhirpath/N1/#operator-precedence); `is`, `as` and `|` stand apart. */
const loose = [['implies'], ['or', 'xor'], ['and'], ['in', 'contains'], ['=', '!=', '~', '!~'], ['<', '>', '<=', '>=']] as const;
const tight = [['+', '-', '&'], ['*', '/', 'div', 'mod']] as const;
export type Operator = (typeof loose)[number][number] | (typeof tight)[number][number];

interface Token {
  text: string;
  kind: 'name' | 'quoted' | 'string' | 'number' | 'date' | 'sign';
  start: number;
  end: number;
}

function tokensOf(text: string): Token[] {
  const pattern = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*(?:('(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|(@[0-9T:.Z+-]+)|([%$]?[A-Za-z_][A-Za-z0-9_]*|%?`[^`]+`|%'[^']+')|(<=|>=|!=|!~|[.()[\]{}|=,<>~&+*/-]))/y;
  const tokens: Token[] = [];
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex;
    const found = pattern.exec(text);
    if (!found) throw new Error(`cannot read FHIRPath at ${at}: ${text}`);
    const kind = found[1] ? 'string' : found[2] ? 'number' : found[3] ? 'date' : found[4] ? (found[4].endsWith('`') ? 'quoted' : 'name') : 'sign';
    const raw = found[1] ?? found[2] ?? found[3] ?? found[4] ?? found[5]!;
    const value = kind === 'string' ? unescaped(raw.slice(1, -1)) : raw.replace(/[`']/g, '');
    tokens.push({ text: value, kind, start: pattern.lastIndex - raw.length, end: pattern.lastIndex });
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

/** http://hl7.org/fhirpath/N1/#string */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/g, (_, code: string | undefined, sign: string) => (code ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[sign] ?? sign)));
}

const calendarUnit = /^(?:year|month|week|day|hour|minute|second|millisecond)s?$/;

function dated(value: string): Path {
  return { kind: 'literal', value: value.replace(/^T|T$/, ''), type: value.startsWith('T') ? 'time' : value.includes('T') ? 'dateTime' : 'date' };
}

/** Parses an expression; throws on what lies outside the subset. */
export function parsePath(text: string): Path {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (sign: string) => tokens[at]?.text === sign && (tokens[at]!.kind === 'sign' || tokens[at]!.kind === 'name');
  const take = (sign: string): boolean => peek(sign) && ++at > 0;
  const need = (sign: string): void => {
    if (!take(sign)) throw new Error(`expected ${sign} in FHIRPath: ${text}`);
  };
  const needName = (): string => {
    const token = tokens[at++];
    if (token?.kind !== 'name' && token?.kind !== 'quoted') throw new Error(`expected a name in FHIRPath: ${text}`);
    return token.text;
  };

  const level = (operators: readonly Operator[], next: () => Path) => (): Path => {
    let left = next();
    for (;;) {
      const operator = operators.find((one) => take(one));
      if (!operator) return left;
      left = { kind: 'compare', operator, left, right: next() };
    }
  };
  const union = (): Path => {
    const parts = [typed()];
    while (take('|')) parts.push(typed());
    return parts.length === 1 ? parts[0]! : { kind: 'union', parts };
  };
  const typed = (): Path => {
    let of = sum();
    for (;;) {
      const operator = take('is') ? 'is' : take('as') ? 'as' : undefined;
      if (!operator) return of;
      of = { kind: 'type', operator, of, type: typeName() };
    }
  };
  const typeName = (): string => {
    const name = needName();
    return take('.') ? `${name}.${needName()}` : name;
  };
  const signed = (): Path => (take('-') ? { kind: 'negative', of: signed() } : take('+') ? signed() : postfix());
  const sum = tight.reduceRight<() => Path>((next, operators) => level(operators, next), signed);
  const or = loose.reduceRight<() => Path>((next, operators) => level(operators, next), union);
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
        const index = tokens[at++];
        if (index?.kind !== 'number') throw new Error(`an index must be a number in FHIRPath: ${text}`);
        path = { kind: 'index', of: path, at: Number(index.text) };
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
    if (take('{')) {
      need('}');
      return { kind: 'empty' };
    }
    const token = tokens[at++];
    if (!token || token.kind === 'sign') throw new Error(`cannot read FHIRPath: ${text}`);
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'date') return dated(token.text.slice(1));
    if (token.kind === 'number') return tokens[at]?.kind === 'string' || calendarUnit.test(tokens[at]?.text ?? '') ? { kind: 'literal', value: Number(token.text), type: 'Quantity', unit: tokens[at++]!.text } : { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'quoted' && !token.text.startsWith('%')) return { kind: 'name', name: token.text };
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
