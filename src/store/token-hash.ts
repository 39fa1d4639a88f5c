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
  /** the main date lasts longer than most */
  | 'long'
  /** any literal reference in the resource, whether a parameter reads it or not */
  | 'any-reference'
  /** membership in the compartment of a further patient */
  | 'compartment';

const cacheLimit = 100_000;

/**
 * Keyed 64-bit hashes over (type, parameter, form, value): the first eight bytes of SHA-256 under a key that lies in the database
 * and its backup, so that nobody outside can make values collide. What must be certain (conditional matches, identifiers) is
 * checked again on the real value.
 */
export class TokenHasher {
  readonly #key: string;
  readonly #cache = new Map<string, bigint>();

  constructor(key: string) {
    this.#key = key;
  }

  token(type: string, param: string, form: TokenForm, value = ''): bigint {
    return this.#hash(`${type}\u0000${param}\u0000${form}\u0000${value}`);
  }

  /** Of a main code in a row that has several codings, so that the column `code` holds none of them. */
  severalCodes(code: bigint): bigint {
    return this.#hash(`several\u0000${code}`);
  }

  unit(system: string | undefined, code: string | undefined): bigint {
    return system || code ? this.#hash(`unit\u0000${system ?? ''}\u0000${code ?? ''}`) : 0n;
  }

  #hash(text: string): bigint {
    const known = this.#cache.get(text);
    if (known !== undefined) return known;
    const value = hash('sha256', this.#key + text, 'buffer').readBigInt64BE(0);
    if (this.#cache.size >= cacheLimit) this.#cache.clear();
    this.#cache.set(text, value);
    return value;
  }
}

/** Number of a compartment: the same for equal ids on every installation, so that it can be computed without looking anything up. */
export function compartmentNumber(type: string, id: string): bigint {
  return hash('sha256', `${type}/${id}`, 'buffer').readBigInt64BE(0);
}

/** Number of a search parameter of a type in the narrow tables; `aspect` keeps e.g. displays apart from values. */
export function paramNumber(type: string, param: string, aspect = ''): number {
  const key = `${type}.${param}${aspect}`;
  let number = paramNumbers.get(key);
  if (number === undefined) {
    number = hash('sha256', key, 'buffer').readInt32BE(0);
    paramNumbers.set(key, number);
  }
  return number;
}
const paramNumbers = new Map<string, number>();
