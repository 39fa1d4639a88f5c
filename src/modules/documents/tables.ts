import type { Sql } from '../../db/types.ts';
import type { KeyKind } from './signature/algorithms.ts';

export interface SigningKeyRow {
  id: string;
  owner: string;
  kind: KeyKind;
  certificate: Buffer;
  chain: Buffer[];
  wrapped: Buffer;
  master: string;
  revoked: string | null;
}

const keyColumns = 'id, owner, kind, certificate, chain, wrapped, master, revoked';

/** False where the owner already has a key that is not revoked: two processes may start at once. */
export async function insertSigningKey(sql: Sql, key: Omit<SigningKeyRow, 'revoked'> & { shard: number; created: Date }): Promise<boolean> {
  const rows = await sql.query(
    `insert into signing_key (id, shard, owner, kind, certificate, chain, wrapped, master, created)
     values ($1, $2, $3, $4, $5, (select coalesce(array_agg(decode(hex, 'hex') order by place), '{}') from unnest($6::text[]) with ordinality as c (hex, place)), $7, $8, $9)
     on conflict (owner) where revoked is null do nothing returning id`,
    [key.id, key.shard, key.owner, key.kind, key.certificate, key.chain.map((each) => each.toString('hex')), key.wrapped, key.master, key.created.toISOString()],
  );
  return rows.length > 0;
}

type KeyRead = Omit<SigningKeyRow, 'chain'> & { chain: string };

// an array of bytea would come as text in PostgreSQL's own notation: JSON of hexadecimals is plain
const keySelect = `select ${keyColumns.replace('chain', "(select coalesce(json_agg(encode(c, 'hex') order by place), '[]')::text from unnest(chain) with ordinality as u (c, place)) as chain")} from signing_key`;
const asKey = (row: KeyRead): SigningKeyRow => ({ ...row, chain: (JSON.parse(row.chain) as string[]).map((each) => Buffer.from(each, 'hex')) });

export async function readSigningKey(sql: Sql, owner: string): Promise<SigningKeyRow | undefined> {
  const rows = await sql.query<KeyRead>(`${keySelect} where owner = $1 and revoked is null`, [owner]);
  return rows[0] && asKey(rows[0]);
}

export async function readSigningKeys(sql: Sql): Promise<SigningKeyRow[]> {
  return (await sql.query<KeyRead>(`${keySelect} order by id`)).map(asKey);
}

export async function updateWrapped(sql: Sql, id: string, wrapped: Buffer, master: string): Promise<void> {
  await sql.query('update signing_key set wrapped = $2, master = $3 where id = $1', [id, wrapped, master]);
}

export async function revokeSigningKey(sql: Sql, owner: string, at: Date, reason: string): Promise<boolean> {
  return (await sql.query('update signing_key set revoked = $2, reason = $3 where owner = $1 and revoked is null returning id', [owner, at.toISOString(), reason])).length > 0;
}

/** Keys of demo people and whatever lies under the demo's master key: revoked, and the wrapped key itself is gone. */
export async function endDemoKeys(sql: Sql, master: string | undefined, at: Date): Promise<number> {
  const ended = await sql.query(
    `update signing_key set revoked = coalesce(revoked, $2), reason = coalesce(reason, 'demo ended'), wrapped = '' where (master = $1 or owner like '%/demo-%') and wrapped <> '' returning id`,
    [master ?? '', at.toISOString()],
  );
  return ended.length;
}

/** The database counts the hash itself; false where the bytes are not what was announced. */
export async function putBlob(sql: Sql, shard: number, bytes: Uint8Array, announced: Uint8Array): Promise<boolean> {
  const rows = await sql.query<{ same: boolean }>(
    `with put as (insert into blob (sha256, shard, bytes) values (sha256($1::bytea), $2, $1::bytea) on conflict (sha256) do nothing)
     select sha256($1::bytea) = $3::bytea as same`,
    [Buffer.from(bytes), shard, Buffer.from(announced)],
  );
  return rows[0]?.same === true;
}

export async function insertDocumentFile(sql: Sql, file: { id: string; shard: number; document: string; sha256: Uint8Array; mediaType: string }): Promise<void> {
  await sql.query('insert into document_file (id, shard, document, sha256, media_type) values ($1, $2, $3, $4, $5)', [file.id, file.shard, file.document, Buffer.from(file.sha256), file.mediaType]);
}

export interface DocumentFile {
  id: string;
  document: string;
  sha256: Buffer;
  mediaType: string;
  bytes: Buffer;
}

const fileSelect = 'select f.id, f.document, f.sha256, f.media_type as "mediaType", b.bytes from document_file f join blob b on b.sha256 = f.sha256';

export async function readFileOfDocument(sql: Sql, document: string): Promise<DocumentFile | undefined> {
  return (await sql.query<DocumentFile>(`${fileSelect} where f.document = $1 order by f.id limit 1`, [document]))[0];
}

export async function readFileById(sql: Sql, id: string): Promise<DocumentFile | undefined> {
  return (await sql.query<DocumentFile>(`${fileSelect} where f.id = $1`, [id]))[0];
}

export type SignerRole = 'doctor' | 'organisation';

export async function insertDocumentSignature(
  sql: Sql,
  row: { shard: number; document: string; ordinal: number; role: SignerRole; signer: string; sha256: Uint8Array; signature: Uint8Array; certificate: Uint8Array; signedAt: Date; placedAt: Date },
): Promise<void> {
  await sql.query(
    `insert into document_signature (shard, document, ordinal, role, signer, sha256, signature, certificate, signed_at, placed_at) values ($1, $2, $3, $4, $5, $6, sha256($7::bytea), $8, $9, $10)`,
    [row.shard, row.document, row.ordinal, row.role, row.signer, Buffer.from(row.sha256), Buffer.from(row.signature), Buffer.from(row.certificate), row.signedAt.toISOString(), row.placedAt.toISOString()],
  );
}

export interface DocumentSignature {
  ordinal: number;
  role: SignerRole;
  /** Reference of the signer. */
  signer: string;
  /** The CMS file. */
  bytes: Buffer;
  certificate: Buffer;
  signedAt: string;
  placedAt: string;
}

export async function readDocumentSignatures(sql: Sql, document: string): Promise<DocumentSignature[]> {
  return sql.query<DocumentSignature>(
    `select s.ordinal, s.role, s.signer, b.bytes, s.certificate, s.signed_at as "signedAt", s.placed_at as "placedAt"
     from document_signature s join blob b on b.sha256 = s.signature where s.document = $1 order by s.ordinal`,
    [document],
  );
}

export type ReadAct = 'read' | 'package' | 'original' | 'print';

export interface DocumentRead {
  id: string;
  document: string;
  patient: string;
  actor: string;
  name: string;
  role: string;
  organization: string | null;
  act: ReadAct;
  reason: string | null;
  at: string;
}

const readColumns = 'id, document, patient, actor, name, role, organization, act, reason, at';

/** Notes a reading, unless the same person did the same with the same document since `since`: turning pages is one reading. */
export async function insertDocumentRead(sql: Sql, row: Omit<DocumentRead, 'at'> & { shard: number; at: Date; since: Date }): Promise<void> {
  await sql.query(
    `insert into document_read (shard, ${readColumns}) select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
     where $9 = 'print' or not exists (select from document_read where document = $3 and actor = $5 and act = $9 and at > $12)`,
    [row.shard, row.id, row.document, row.patient, row.actor, row.name, row.role, row.organization, row.act, row.reason, row.at.toISOString(), row.since.toISOString()],
  );
}

/** The newest first. */
export async function readReadsOf(sql: Sql, documents: readonly string[]): Promise<DocumentRead[]> {
  return sql.query<DocumentRead>(`select ${readColumns} from document_read where document = any($1) order by at desc limit 500`, [documents]);
}

export async function readPrint(sql: Sql, id: string): Promise<DocumentRead | undefined> {
  return (await sql.query<DocumentRead>(`select ${readColumns} from document_read where id = $1 and act = 'print'`, [id]))[0];
}

/** Which documents of a patient this person has opened. */
export async function readOpened(sql: Sql, patient: string, actor: string): Promise<Set<string>> {
  const rows = await sql.query<{ document: string }>('select distinct document from document_read where patient = $1 and actor = $2', [patient, actor]);
  return new Set(rows.map((row) => row.document));
}
