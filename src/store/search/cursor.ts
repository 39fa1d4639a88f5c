import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Problem } from '../../kernel/problem.ts';
import { byRow, checkPosition, type Position, type SortKey } from './sort.ts';

/** A cursor holds the sort values of the last row of a page, as text; null where it had none. That of the order by row says so. */
export function writeCursor(keys: readonly SortKey[], at: Position): string {
  return Buffer.from(JSON.stringify(keys === byRow ? { row: at[0] } : at)).toString('base64url');
}

/** The order in which a search goes on, and after which position. `asked`: the order of the query itself. */
export function readCursor(cursor: string, asked: readonly SortKey[]): { keys: readonly SortKey[]; after: Position } {
  let at: unknown;
  try {
    at = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new Problem('store.bad-cursor');
  }
  const row = typeof at === 'object' && at !== null && 'row' in at ? [at.row] : undefined;
  return row ? { keys: byRow, after: checkPosition(byRow, row) } : { keys: asked, after: checkPosition(asked, at) };
}

/** A search to be gone on with: its criteria, and where the last page ended. */
export interface SealedPage {
  types: readonly string[];
  query: string;
  cursor: string;
  handling: 'strict' | 'lenient';
  compartment?: { owner: string; id: string };
}

/** A sealed link is good for a day. */
const lifetime = 86_400_000;
const mark = 's.';

/**
 * Seals the criteria of a search into the cursor of its next page: who searched by POST did so because what identifies a person never stands in
 * a URL, and a link is a URL. AES-256-GCM under a key derived from the one that lies in the database, so that every process opens it.
 */
export class PageSeal {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', Buffer.from(secret), Buffer.alloc(0), 'karta search page', 32));
  }

  seal(page: SealedPage, now: Date): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(JSON.stringify({ ...page, until: now.getTime() + lifetime }), 'utf8'), cipher.final()]);
    return mark + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined for a cursor that is not sealed; refuses `store.bad-cursor` for one that is damaged or too old. */
  open(cursor: string, now: Date): SealedPage | undefined {
    if (!cursor.startsWith(mark)) return undefined;
    const bytes = Buffer.from(cursor.slice(mark.length), 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(12, 28));
      const page = JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')) as SealedPage & { until: number };
      if (page.until >= now.getTime()) return page;
    } catch {
      // falls through to the refusal
    }
    throw new Problem('store.bad-cursor');
  }
}
