import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Ctx } from '../../../access/context.ts';
import type { Seal } from '../../../access/index.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Config } from '../../../kernel/config.ts';
import { newId, shardOf } from '../../../kernel/id.ts';
import { Problem } from '../../../kernel/problem.ts';
import { insertSigningKey, readSigningKey, readSigningKeys, revokeSigningKey, updateWrapped, type SigningKeyRow } from '../tables.ts';
import '../problems.ts';
import type { KeyKind } from './algorithms.ts';
import { issueCertificate, makeAuthority, privateKeyFrom, type CertificateSubject, type IssuedKey } from './authority.ts';
import { readCertificate } from './certificate.ts';
import { keySigner, type Signer } from './signer.ts';

/** The key that wraps all others. It lies outside the data folder, except in the demo. */
export interface MasterKey {
  /** Tells one master key from another; says nothing of the key. */
  id: string;
  secret: Buffer;
}

/**
 * `KARTA_KEY_FILE`, else the demo's own `master.key` in the data folder, made at first start and readable by its owner only.
 * The file holds 32 bytes or more in base64 (`openssl rand -base64 32`).
 */
export function openMasterKey({ keyFile, data, demo }: Pick<Config, 'keyFile' | 'data' | 'demo'>): MasterKey {
  const file = keyFile ?? (demo ? join(data, 'master.key') : undefined);
  if (!file) throw new Problem('documents.no-master-key');
  if (!keyFile) makeKeyFile(file);
  return readMasterKey(file);
}

export function readMasterKey(file: string): MasterKey {
  let secret: Buffer;
  try {
    secret = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  } catch {
    throw new Problem('documents.bad-master-key', { file });
  }
  if (secret.byteLength < 32) throw new Problem('documents.bad-master-key', { file });
  return { id: createHash('sha256').update('karta master key id').update(secret).digest('hex').slice(0, 16), secret };
}

function makeKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    chmodSync(file, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** version 1 | salt 16 | nonce 12 | tag 16 | AES-256-GCM of the secret; the key by HKDF-SHA-256, a new one for each record. */
export function wrapSecret(master: MasterKey, secret: Uint8Array, context: string): Buffer {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', recordKey(master, salt), nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.of(1), salt, nonce, cipher.getAuthTag(), sealed]);
}

/** @throws Problem `documents.other-master-key` where key, context or bytes are not those of the wrapping */
export function unwrapSecret(master: MasterKey, wrapped: Uint8Array, context: string): Buffer {
  const bytes = Buffer.from(wrapped);
  try {
    if (bytes[0] !== 1) throw new Error('unknown wrapping');
    const decipher = createDecipheriv('aes-256-gcm', recordKey(master, bytes.subarray(1, 17)), bytes.subarray(17, 29), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(29, 45));
    return Buffer.concat([decipher.update(bytes.subarray(45)), decipher.final()]);
  } catch {
    throw new Problem('documents.other-master-key');
  }
}

/** What the master key offers to others who have secrets to keep; undefined where none is named. */
export function openSeal(config: Pick<Config, 'keyFile' | 'data' | 'demo'>): Seal | undefined {
  if (!config.keyFile && !config.demo) return undefined;
  const master = openMasterKey(config);
  return { id: master.id, wrap: (secret, context) => wrapSecret(master, secret, context), unwrap: (wrapped, context) => unwrapSecret(master, wrapped, context) };
}

const recordKey = (master: MasterKey, salt: Uint8Array): Uint8Array => new Uint8Array(hkdfSync('sha256', master.secret, salt, 'karta signing key', 32));

/** Signing keys of this installation. Plain keys exist in memory only, and only while they sign. */
export interface KeyStore {
  /** The signer of an owner (`Practitioner/…`, `Organization/…`); refuses with `documents.no-signing-key`. */
  signer(owner: string): Promise<Signer>;
  /** Issues a key to an owner who has none in force; answers whether it did. */
  issue(owner: string, subject: CertificateSubject, options?: { kind?: KeyKind; from?: Date; to?: Date }): Promise<boolean>;
  /** DER of the roots to trust: the test centre's own. Made at first use. */
  anchors(): Promise<Uint8Array[]>;
  /** Fingerprint → when revoked, for {@link Trust}. */
  revocations(): Promise<ReadonlyMap<string, Date>>;
  revoke(owner: string, reason: string): Promise<boolean>;
  /** Wraps every key anew under another master key, in one transaction if `sql` is one. Answers how many. */
  rewrap(to: MasterKey): Promise<number>;
}

const authorityOwner = 'authority';

/** @param sql a transaction or a database: only {@link KeyStore.rewrap} wants all or nothing */
export function openKeyStore(sql: Ctx['sql'], master: MasterKey, clock: Clock): KeyStore {
  async function keep(owner: string, key: IssuedKey): Promise<boolean> {
    const shard = shardOf(owner.split('/')[1] ?? owner);
    const id = newId(shard, clock.now().getTime());
    const wrapped = wrapSecret(master, key.privateKey.export({ format: 'der', type: 'pkcs8' }), contextOf({ id, owner }));
    const { kind, certificate, chain } = key;
    return insertSigningKey(sql, { id, shard, owner, kind, certificate: Buffer.from(certificate), chain: chain.map((each) => Buffer.from(each)), wrapped, master: master.id, created: clock.now() });
  }

  async function authorityRow(): Promise<SigningKeyRow> {
    const row = await readSigningKey(sql, authorityOwner);
    if (row) return row;
    // backdated: the first certificates may belong to documents of the demo's past
    await keep(authorityOwner, await makeAuthority(new Date(clock.now().getTime() - 366 * 86_400_000)));
    // another process may have been faster: what stands in the table is the one
    return (await readSigningKey(sql, authorityOwner))!;
  }

  return {
    async signer(owner) {
      const row = await readSigningKey(sql, owner);
      if (!row) throw new Problem('documents.no-signing-key');
      return keySigner(unlock(row, master), () => clock.now());
    },
    async issue(owner, subject, options = {}) {
      if (await readSigningKey(sql, owner)) return false;
      const { from = clock.now(), kind, to } = options;
      return keep(owner, await issueCertificate(unlock(await authorityRow(), master), subject, { from, ...(kind ? { kind } : {}), ...(to ? { to } : {}) }));
    },
    // read without opening the key: roots are public, and must be told even where the master key is lost
    anchors: async () => [new Uint8Array((await authorityRow()).certificate)],
    async revocations() {
      const rows = await readSigningKeys(sql);
      return new Map(rows.flatMap((row) => (row.revoked ? [[readCertificate(new Uint8Array(row.certificate)).fingerprint, new Date(row.revoked)] as const] : [])));
    },
    revoke: (owner, reason) => revokeSigningKey(sql, owner, clock.now(), reason),
    async rewrap(to) {
      const rows = (await readSigningKeys(sql)).filter((row) => row.master !== to.id && row.wrapped.byteLength > 0);
      for (const row of rows) await updateWrapped(sql, row.id, wrapSecret(to, unwrapSecret(master, row.wrapped, contextOf(row)), contextOf(row)), to.id);
      return rows.length;
    },
  };
}

/** Bound to its row: a wrapped key copied into another owner's row does not open. */
const contextOf = ({ id, owner }: Pick<SigningKeyRow, 'id' | 'owner'>): string => `signing_key ${id} ${owner}`;

function unlock(row: SigningKeyRow, master: MasterKey): IssuedKey {
  return {
    kind: row.kind,
    certificate: new Uint8Array(row.certificate),
    chain: row.chain.map((each) => new Uint8Array(each)),
    privateKey: privateKeyFrom(unwrapSecret(master, row.wrapped, contextOf(row))),
  };
}
