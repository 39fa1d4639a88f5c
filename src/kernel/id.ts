import { hash, randomFillSync } from 'node:crypto';

/** The shard in an id that Karta made; undefined for an id that came from outside. */
export function shardInId(id: string): number | undefined {
  return /^[0-9a-f]{4}-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(id) ? Number.parseInt(id.slice(0, 4), 16) : undefined;
}

/**
 * The 16-bit bucket of a compartment key (the id of the primary patient, or the resource's own where there is none): what an
 * id of ours says, else the first two bytes of its SHA-256. FROZEN: rows carry it for ever; `id.test.ts` holds its vectors.
 */
export function shardOf(key: string): number {
  const known = shards.get(key);
  if (known !== undefined) return known;
  const shard = shardInId(key) ?? hash('sha256', key, 'buffer').readUInt16BE(0);
  if (shards.size >= 10_000) shards.clear();
  shards.set(key, shard);
  return shard;
}

/** One request asks for the same patient several times, and patients come again. */
const shards = new Map<string, number>();

/** Random bytes are fetched from the system by the kilobyte; each is given out once. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function random16(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

/** UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits. */
export function uuidv7(now: number = Date.now()): string {
  const bytes = random16();
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * A resource id, `<4 hex of the shard>-<UUIDv7>`: 41 characters, within FHIR's 64. A resource of a patient takes the patient's
 * shard; one that is its own compartment (a Patient, an Organization) gets a new one.
 */
export function newId(shard?: number, now?: number): string {
  const uuid = uuidv7(now);
  return `${(shard ?? shardOf(uuid)).toString(16).padStart(4, '0')}-${uuid}`;
}
