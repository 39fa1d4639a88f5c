/** FHIRPath (http://hl7.org/fhirpath/N1/), parsed. What is not FHIRPath is refused when it is read, not when it is used. */
export type Path = (
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
  | { kind: 'negative'; of: Path }
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
    if (!found) throw new PathRefusal('this is not FHIRPath', at, text);
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
  const placeOf = (index: number): number => tokens[index]?.start ?? text.length;
  const peek = (sign: string) => tokens[at]?.text === sign && (tokens[at]!.kind === 'sign' || tokens[at]!.kind === 'name');
  const take = (sign: string): boolean => peek(sign) && ++at > 0;
  const need = (sign: string): void => {
    if (!take(sign)) throw new PathRefusal(`“${sign}” is expected`, placeOf(at), text);
  };
  const needName = (): string => {
    const token = tokens[at++];
    if (token?.kind !== 'name' && token?.kind !== 'quoted') throw new PathRefusal('a name is expected', placeOf(at - 1), text);
    return token.text;
  };

  const level = (operators: readonly Operator[], next: () => Path) => (): Path => {
    let left = next();
    for (;;) {
      const start = placeOf(at);
      const operator = operators.find((one) => take(one));
      if (!operator) return left;
      left = { kind: 'compare', operator, left, right: next(), start };
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
      const start = placeOf(at);
      const operator = take('is') ? 'is' : take('as') ? 'as' : undefined;
      if (!operator) return of;
      of = { kind: 'type', operator, of, type: typeName(), start };
    }
  };
  const typeName = (): string => {
    const name = needName();
    return take('.') ? `${name}.${needName()}` : name;
  };
  const signed = (): Path => (take('-') ? { kind: 'negative', of: signed() } : take('+') ? signed() : postfix());
  const sum = tight.reduceRight<() => Path>((next, operators) => level(operators, next), signed);
  const or = loose.reduceRight<() => Path>((next, operators) => level(operators, next), union);
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
        const index = tokens[at++];
        if (index?.kind !== 'number') throw new PathRefusal('a number is expected', start, text);
        path = { kind: 'index', of: path, at: Number(index.text), start };
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
    if (!token || token.kind === 'sign') throw new PathRefusal('a path is expected', placeOf(at - 1), text);
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'date') return dated(token.text.slice(1));
    if (token.kind === 'number') return tokens[at]?.kind === 'string' || calendarUnit.test(tokens[at]?.text ?? '') ? { kind: 'literal', value: Number(token.text), type: 'Quantity', unit: tokens[at++]!.text } : { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'quoted' && !token.text.startsWith('%')) return { kind: 'name', name: token.text };
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
