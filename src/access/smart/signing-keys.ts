import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { shardOf } from '../../kernel/id.ts';
import type { Entrance } from '../entrance.ts';

/** The master key as a value: what it wraps opens only with it and in the same context. Given from above. */
export interface Seal {
  /** Tells one master key from another. */
  id: string;
  wrap(secret: Uint8Array, context: string): Buffer;
  unwrap(wrapped: Uint8Array, context: string): Buffer;
}

const day = 24 * 3600_000;
/** A key signs for so long, and is published for so long after, so that what it signed can still be verified. */
const signsMilliseconds = 90 * day;
const publishedMilliseconds = signsMilliseconds + 7 * day;
/** A new key is published before it signs: other processes and clients read the key set first. */
const restMilliseconds = 10 * 60_000;

const algorithms = ['RS256', 'ES256'] as const;

interface Row {
  kid: string;
  wrapped: Buffer;
  created: Date;
}

/**
 * The keys that sign identity tokens, the one that signs first. Each algorithm has its own; a new one is made when the newest is 90 days
 * old, by whichever process comes first. Without a master key they live as long as the process.
 */
export async function signingKeys(entrance: Pick<Entrance, 'db' | 'clock'>, seal: Seal | undefined): Promise<JWK[]> {
  if (!seal) return Promise.all(algorithms.map(makeKey));
  const now = entrance.clock.now().getTime();
  let rows = await readKeys(entrance, seal, now);
  for (const alg of algorithms) {
    const newest = rows.find(({ key }) => key.alg === alg);
    if (newest && now - newest.created < signsMilliseconds) continue;
    await keepKey(entrance, seal, await makeKey(alg), new Date(now), newest?.key.kid);
    rows = await readKeys(entrance, seal, now);
  }
  const signing = rows.filter(({ created }) => now - created >= restMilliseconds);
  const resting = rows.filter(({ created }) => now - created < restMilliseconds);
  return [...signing, ...resting].map(({ key }) => key);
}

async function readKeys({ db }: Pick<Entrance, 'db'>, seal: Seal, now: number): Promise<{ key: JWK; created: number }[]> {
  const rows = await db.query<Row>('select kid, wrapped, created from oauth_key where master = $1 and created > $2 order by created desc, kid', [seal.id, new Date(now - publishedMilliseconds)]);
  return rows.map((row) => ({ key: JSON.parse(seal.unwrap(row.wrapped, contextOf(row.kid)).toString('utf8')) as JWK, created: new Date(row.created).getTime() }));
}

const contextOf = (kid: string): string => `oauth key ${kid}`;

async function makeKey(alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, kid: await calculateJwkThumbprint(key), alg, use: 'sig' };
}

/** Two processes that start at once make one key: the lock is asked for, then whether somebody was faster. */
async function keepKey({ db }: Pick<Entrance, 'db'>, seal: Seal, key: JWK, now: Date, newest: string | undefined): Promise<void> {
  await db.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock(hashtext($1))', ['karta oauth key']);
    const known = await sql.query<{ kid: string; wrapped: Buffer }>('select kid, wrapped from oauth_key where master = $1 and created > $2', [seal.id, new Date(now.getTime() - signsMilliseconds)]);
    const same = known.some((row) => row.kid !== newest && (JSON.parse(seal.unwrap(row.wrapped, contextOf(row.kid)).toString('utf8')) as JWK).alg === key.alg);
    if (same) return;
    await sql.query('insert into oauth_key (kid, shard, master, wrapped, created) values ($1, $2, $3, $4, $5)', [key.kid, shardOf(key.kid!), seal.id, seal.wrap(Buffer.from(JSON.stringify(key)), contextOf(key.kid!)), now]);
  });
}
