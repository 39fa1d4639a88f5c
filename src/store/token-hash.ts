import { hash } from 'node:crypto';

/** The forms in which a value of a parameter can be asked for; each is a hash of its own in the row's tokens. */
export type TokenForm =
  | 'system|code'
  | 'code'
  | '|code'
  | 'system|'
  | 'present'
  | 'of-type'
  | 'reference'
  | 'reference-type'
  | 'identifier'
  | 'exact'
  | 'uri'
  /** the display of a code (displays.ts) */
  | 'display'
  /** the main date lasts longer than most */
  | 'long'
  /** any literal reference in the resource, whether a parameter reads it or not */
  | 'any-reference'
  /** membership in the compartment of a further patient */
  | 'compartment';

/** The display of a code, and the token of rows that carry it. */
export interface Display {
  /** As in the text table. */
  param: number;
  key: string;
  token: bigint;
}

const cacheLimit = 200_000;

/**
 * Keyed 64-bit hashes over (type, parameter, form, value): the first eight bytes of SHA-256 under a key that lies in the database
 * and its backup, so that nobody outside can make values collide. What must be certain (conditional matches, identifiers) is
 * checked again on the real value.
 */
export class TokenHasher {
  readonly #key: string;
  readonly #types = new Map<string, Map<string, ParamTokens>>();
  readonly #units = new Map<string, bigint>();
  #kept = 0;

  constructor(key: string) {
    this.#key = key;
  }

  token(type: string, param: string, form: TokenForm, value = ''): bigint {
    return this.of(type, param).token(form, value);
  }

  /** The tokens of one parameter: who asks for many of them asks once for this. */
  of(type: string, param: string): ParamTokens {
    let params = this.#types.get(type);
    if (!params) this.#types.set(type, (params = new Map()));
    let tokens = params.get(param);
    if (!tokens) params.set(param, (tokens = new ParamTokens(type, param, (text) => this.#hash(text))));
    return tokens;
  }

  /** Of a main code in a row that has several codings, so that the column `code` holds none of them. */
  severalCodes(code: bigint): bigint {
    return this.#hash(`several\u0000${code}`);
  }

  /** Of a main code in a row whose main date lasts long (row.ts), so that it is found without reading all that carry the code. */
  longOfCode(code: bigint): bigint {
    return this.#hash(`long\u0000${code}`);
  }

  unit(system: string | undefined, code: string | undefined): bigint {
    if (!system && !code) return 0n;
    const text = `unit\u0000${system ?? ''}\u0000${code ?? ''}`;
    let value = this.#units.get(text);
    if (value === undefined) this.#units.set(text, (value = this.#hash(text)));
    return value;
  }

  #hash(text: string): bigint {
    if (++this.#kept > cacheLimit) {
      this.#types.clear();
      this.#units.clear();
      this.#kept = 0;
    }
    return hash('sha256', this.#key + text, 'buffer').readBigInt64BE(0);
  }
}

/**
 * Most values come again and again. Their hashes are kept by form and value, a coding's by system and code, so that a known one costs
 * look-ups of strings that are there already; none is put together only to be looked up.
 */
export class ParamTokens {
  /** Of a resource that has any value of the parameter. */
  readonly present: bigint;
  readonly #prefix: string;
  readonly #hash: (text: string) => bigint;
  readonly #forms: Partial<Record<TokenForm, Map<string, bigint>>> = {};
  readonly #systems = new Map<string, Map<string, bigint>>();
  readonly #displays = new Map<string, Display>();

  constructor(type: string, param: string, hashText: (text: string) => bigint) {
    this.#prefix = `${type}\u0000${param}\u0000`;
    this.#hash = hashText;
    this.present = this.token('present', '');
  }

  token(form: TokenForm, value: string): bigint {
    const values = (this.#forms[form] ??= new Map<string, bigint>());
    let token = values.get(value);
    if (token === undefined) values.set(value, (token = this.#hash(`${this.#prefix}${form}\u0000${value}`)));
    return token;
  }

  /** The same as `token('system|code', …)` for a system and a code that are not joined yet. */
  coding(system: string, code: string): bigint {
    let codes = this.#systems.get(system);
    if (!codes) this.#systems.set(system, (codes = new Map()));
    let token = codes.get(code);
    if (token === undefined) codes.set(code, (token = this.#hash(`${this.#prefix}system|code\u0000${system}|${code}`)));
    return token;
  }

  /** A display by its key; `param` is the number of the parameter's displays. */
  display(param: number, key: string): Display {
    let display = this.#displays.get(key);
    if (!display) this.#displays.set(key, (display = { param, key, token: this.token('display', key) }));
    return display;
  }
}

const compartments = new Map<string, Map<string, bigint>>();
let compartmentsKept = 0;

/** Number of a compartment: the same for equal ids on every installation, so that it can be computed without looking anything up. */
export function compartmentNumber(type: string, id: string): bigint {
  const known = compartments.get(type)?.get(id);
  if (known !== undefined) return known;
  const number = hash('sha256', `${type}/${id}`, 'buffer').readBigInt64BE(0);
  if (++compartmentsKept > 20_000) {
    compartments.clear();
    compartmentsKept = 0;
  }
  const ids = compartments.get(type);
  if (ids) ids.set(id, number);
  else compartments.set(type, new Map([[id, number]]));
  return number;
}

const paramNumbers = new Map<string, Map<string, number>>();

/** Number of a search parameter of a type in the narrow tables; `aspect` keeps e.g. displays apart from values. */
export function paramNumber(type: string, param: string, aspect = ''): number {
  const name = aspect === '' ? param : param + aspect;
  let numbers = paramNumbers.get(type);
  if (!numbers) paramNumbers.set(type, (numbers = new Map()));
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = hash('sha256', `${type}.${name}`, 'buffer').readInt32BE(0)));
  return number;
}
