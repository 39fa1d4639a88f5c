import type { Database, Sql } from '../../db/types.ts';
export type { Database, Sql } from '../../db/types.ts';
import type { Conflict, Field, FieldSource, FieldValue } from './contract.ts';

export interface Draft {
  id: string;
  shard: number;
  encounter: string;
  appointment: string | null;
  patient: string;
  organization: string;
  doctor: string;
  template: string;
  templateVersion: number;
  version: number;
  state: 'open' | 'signed' | 'discarded';
  replaces: string | null;
  document: string | null;
  created: string;
  changed: string;
}

/** A field with what tells saves of one window apart. */
export interface StoredField extends Field {
  editor: string;
  sequence: number;
}

export interface StoredConflict extends Conflict {
  sequence: number;
}

const channel = 'karta_draft';

const draftColumns = `id, shard, encounter, appointment, patient, organization, doctor, template, template_version as "templateVersion", version::float8 as version, state, replaces, document, created, changed`;

/** False where the booking, or the doctor and the patient without one, already have an open visit. */
export async function insertDraft(sql: Sql, draft: Omit<Draft, 'state' | 'version' | 'document' | 'changed' | 'created'> & { now: Date }): Promise<boolean> {
  const rows = await sql.query(
    `insert into draft (id, shard, encounter, appointment, patient, organization, doctor, template, template_version, version, state, replaces, created, changed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 'open', $10, $11, $11) on conflict do nothing returning id`,
    [draft.id, draft.shard, draft.encounter, draft.appointment, draft.patient, draft.organization, draft.doctor, draft.template, draft.templateVersion, draft.replaces, draft.now.toISOString()],
  );
  return rows.length > 0;
}

/** The draft of a visit that counts: the open one, else the newest. */
export async function draftOfEncounter(sql: Sql, encounter: string): Promise<Draft | undefined> {
  return (await sql.query<Draft>(`select ${draftColumns} from draft where encounter = $1 order by state = 'open' desc, created desc limit 1`, [encounter]))[0];
}

export async function draftOfAppointment(sql: Sql, appointment: string): Promise<Draft | undefined> {
  return (await sql.query<Draft>(`select ${draftColumns} from draft where appointment = $1 and replaces is null`, [appointment]))[0];
}

export async function openDraftOfWalkIn(sql: Sql, patient: string, doctor: string): Promise<Draft | undefined> {
  return (await sql.query<Draft>(`select ${draftColumns} from draft where patient = $1 and doctor = $2 and state = 'open' and appointment is null and replaces is null`, [patient, doctor]))[0];
}

export async function draftOfDocument(sql: Sql, document: string): Promise<Draft | undefined> {
  return (await sql.query<Draft>(`select ${draftColumns} from draft where document = $1`, [document]))[0];
}

export async function openDraftsOf(sql: Sql, doctor: string): Promise<Draft[]> {
  return sql.query<Draft>(`select ${draftColumns} from draft where doctor = $1 and state = 'open' order by created`, [doctor]);
}

/** Holds the draft until the end of the transaction: saves to one draft go one after another. */
export async function lockDraft(sql: Sql, id: string): Promise<Draft | undefined> {
  return (await sql.query<Draft>(`select ${draftColumns} from draft where id = $1 for update`, [id]))[0];
}

/** Writes what changed about the draft itself and tells the windows that wait. */
export async function updateDraft(sql: Sql, draft: Draft, now: Date): Promise<void> {
  await sql.query('update draft set version = $2, state = $3, document = $4, template = $5, template_version = $6, changed = $7 where id = $1', [
    draft.id, draft.version, draft.state, draft.document, draft.template, draft.templateVersion, now.toISOString(),
  ]);
  await sql.query('select pg_notify($1, $2)', [channel, draft.encounter]);
}

type FieldRow = { linkId: string; value: FieldValue | null; revision: number; author: string; authorName: string; at: string; editor: string; sequence: number; source: FieldSource | null; unconfirmed: boolean };

const asField = ({ author, authorName, source, ...row }: FieldRow): StoredField => ({ ...row, author: { reference: author, name: authorName }, ...(source ? { source } : {}) });

/** Fields changed after a version of the draft, in the order of their change. */
export async function readFields(sql: Sql, draft: string, since = -1): Promise<StoredField[]> {
  const rows = await sql.query<FieldRow>(
    `select link_id as "linkId", value, revision::float8 as revision, author, author_name as "authorName", at, editor, sequence::float8 as sequence, source, unconfirmed
     from draft_field where draft = $1 and revision > $2 order by revision, link_id`,
    [draft, since],
  );
  return rows.map(asField);
}

export async function putField(sql: Sql, draft: Draft, field: StoredField): Promise<void> {
  await sql.query(
    `insert into draft_field (shard, draft, link_id, value, revision, author, author_name, at, editor, sequence, source, unconfirmed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (draft, link_id) do update set value = excluded.value, revision = excluded.revision, author = excluded.author, author_name = excluded.author_name,
       at = excluded.at, editor = excluded.editor, sequence = excluded.sequence, source = excluded.source, unconfirmed = excluded.unconfirmed`,
    [draft.shard, draft.id, field.linkId, json(field.value), field.revision, field.author.reference, field.author.name, field.at, field.editor, field.sequence, json(field.source), field.unconfirmed],
  );
}

/** Conflicts that nobody has decided yet. */
export async function readConflicts(sql: Sql, draft: string): Promise<StoredConflict[]> {
  const rows = await sql.query<Omit<FieldRow, 'source' | 'unconfirmed'>>(
    `select link_id as "linkId", editor, value, author, author_name as "authorName", at, revision::float8 as revision, sequence::float8 as sequence
     from draft_conflict where draft = $1 and resolved is null order by revision, link_id`,
    [draft],
  );
  return rows.map(({ author, authorName, ...row }) => ({ ...row, author: { reference: author, name: authorName } }));
}

/** The same window's later value takes the place of its earlier one. */
export async function putConflict(sql: Sql, draft: Draft, conflict: StoredConflict): Promise<void> {
  await sql.query(
    `insert into draft_conflict (shard, draft, link_id, editor, value, author, author_name, at, revision, sequence) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (draft, link_id, editor) do update set value = excluded.value, author = excluded.author, author_name = excluded.author_name, at = excluded.at,
       revision = excluded.revision, sequence = excluded.sequence, resolved = null, resolved_by = null`,
    [draft.shard, draft.id, conflict.linkId, conflict.editor, json(conflict.value), conflict.author.reference, conflict.author.name, conflict.at, conflict.revision, conflict.sequence],
  );
}

export async function resolveConflicts(sql: Sql, draft: string, linkId: string, by: string, now: Date): Promise<void> {
  await sql.query('update draft_conflict set resolved = $4, resolved_by = $3 where draft = $1 and link_id = $2 and resolved is null', [draft, linkId, by, now.toISOString()]);
}

/** Copies what a signed draft held into the draft that corrects it, authors and times included. */
export async function copyFields(sql: Sql, from: string, to: Draft): Promise<void> {
  await sql.query(
    `insert into draft_field (shard, draft, link_id, value, revision, author, author_name, at, editor, sequence, source, unconfirmed)
     select $3, $2, link_id, value, 1, author, author_name, at, 'correction', 0, source, unconfirmed from draft_field where draft = $1 and value is not null`,
    [from, to.id, to.shard],
  );
}

export async function putWritten(sql: Sql, draft: Draft, written: readonly { linkId: string; reference: string }[]): Promise<void> {
  await sql.query(
    `insert into draft_written (shard, draft, link_id, reference) select $1, $2, l, r from unnest($3::text[], $4::text[]) as u (l, r) on conflict (draft, link_id) do update set reference = excluded.reference`,
    [draft.shard, draft.id, written.map((each) => each.linkId), written.map((each) => each.reference)],
  );
}

export async function readWritten(sql: Sql, draft: string): Promise<Map<string, string>> {
  const rows = await sql.query<{ linkId: string; reference: string }>('select link_id as "linkId", reference from draft_written where draft = $1', [draft]);
  return new Map(rows.map((row) => [row.linkId, row.reference]));
}

/** Told the encounter of a draft that changed, by this process or another; an empty text after the line was lost: look for yourselves. */
export function listenToDrafts(database: Database, heard: (encounter: string) => void): Promise<() => Promise<void>> {
  return database.listen(channel, heard);
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** The person's key, made at the first question; two windows that ask at once get the same. */
export async function deviceKeyOf(sql: Sql, owner: string, shard: number, proposed: Buffer, now: Date): Promise<Buffer> {
  await sql.query('insert into draft_device_key (owner, shard, key, created) values ($1, $2, $3, $4) on conflict (owner) do nothing', [owner, shard, proposed, now.toISOString()]);
  const [row] = await sql.query<{ key: Buffer }>('select key from draft_device_key where owner = $1', [owner]);
  return row!.key;
}
