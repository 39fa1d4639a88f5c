import type { Sql } from '../../src/db/types.ts';
import { typeNumber } from '../../src/store/index.ts';
import { loadSystem, type Load } from './create-load.ts';

/** What is wrong with a load once it has stopped: acknowledged and not there, there twice, half there. Empty where all is well. */
export async function flawsOfLoad(sql: Sql, load: Load, tag: string): Promise<string[]> {
  const rows = await sql.query<{ id: string; content: string }>('select id, content from resource where type = $1 and not deleted and content like $2', [typeNumber('Observation'), `%"${loadSystem}","value":"${tag}-%`]);
  const found = new Map<number, string[]>();
  for (const { id, content } of rows) {
    const number = Number(new RegExp(`"${tag}-(\\d+)"`).exec(content)![1]);
    found.set(number, [...(found.get(number) ?? []), id]);
  }
  const flaws: string[] = [];
  for (const [number, id] of load.acknowledged) if (!found.get(number)?.includes(id)) flaws.push(`lost: ${number}`);
  for (const [number, ids] of found) if (ids.length > 1) flaws.push(`doubled: ${number}`);
  return [...flaws, ...(await halves(sql))];
}

/** Rows whose parts do not belong together: without their line in the feed, their history, or with entries of nothing. */
export async function halves(sql: Sql): Promise<string[]> {
  const checks: Record<string, string> = {
    'a version without its line in the feed': `select r.id from resource r where not exists (select 1 from outbox o where o.type = r.type and o.id = r.id and o.version = r.version)`,
    'a line in the feed without its version': `select o.id from outbox o where not exists (select 1 from resource r where r.type = o.type and r.id = o.id and r.version >= o.version)`,
    'a version twice in the feed': `select id from outbox group by type, id, version having count(*) > 1`,
    'a version missing in the history': `select r.id from resource r where r.version > 1 and (select count(*) from history h where h.type = r.type and h.id = r.id) <> r.version - 1`,
    'a date of nothing': `select rid::text as id from date_value v where not exists (select 1 from resource r where r.rid = v.rid)`,
    'a number of nothing': `select rid::text as id from number_value v where not exists (select 1 from resource r where r.rid = v.rid)`,
    'a measurement that is not indexed': `select r.id from resource r where r.type = ${typeNumber('Observation')} and not r.deleted and r.value is not null and not exists (select 1 from number_value v where v.rid = r.rid)`,
    'an answer that was never written down': `select key as id from answered where answer = ''`,
  };
  const flaws: string[] = [];
  for (const [what, query] of Object.entries(checks)) for (const { id } of await sql.query<{ id: string }>(`${query} limit 3`)) flaws.push(`${what}: ${id}`);
  return flaws;
}

/** A visit's signature as the tables have it: everything of it, nothing of it, or what is only half there. */
export async function stateOfSignature(sql: Sql, encounter: string): Promise<{ state: 'nothing' | 'all'; documents: string[] } | { state: 'half'; documents: string[]; facts: Record<string, number | string> }> {
  const [draft] = await sql.query<{ id: string; state: string; document: string | null }>('select id, state, document from draft where encounter = $1', [encounter]);
  const documents = (await sql.query<{ id: string }>('select id from resource where type = $1 and not deleted and content like $2', [typeNumber('DocumentReference'), `%"Encounter/${encounter}"%`])).map(({ id }) => id);
  const [facts] = await sql.query<Record<string, number>>(
    `select (select count(*) from document_file f join blob b on b.sha256 = f.sha256 where f.document = any($1))::int as files,
       (select count(*) from document_signature s join blob b on b.sha256 = s.signature join blob o on o.sha256 = s.sha256 where s.document = any($1))::int as signatures,
       (select count(*) from draft_written where draft = $2)::int as written,
       (select count(*) from draft_written w join resource r on r.id = split_part(w.reference, '/', 2) join outbox o on o.type = r.type and o.id = r.id and o.version = r.version where w.draft = $2)::int as present,
       (select count(*) from resource where type = $3 and content like any(select '%"DocumentReference/' || d || '"%' from unnest($1::text[]) d))::int as provenance,
       (select count(*) from resource where type = $4 and id = $5 and content like '%"status":"finished"%')::int as finished`,
    [documents, draft!.id, typeNumber('Provenance'), typeNumber('Encounter'), encounter],
  );
  const { files, signatures, written, present, provenance, finished } = facts as Record<'files' | 'signatures' | 'written' | 'present' | 'provenance' | 'finished', number>;
  if (draft!.state === 'open' && documents.length === 0 && files + signatures + written + provenance + finished === 0) return { state: 'nothing', documents };
  if (draft!.state === 'signed' && documents.length === 1 && files === 1 && signatures === 2 && written > 5 && present === written && provenance >= 1 && finished === 1) return { state: 'all', documents };
  return { state: 'half', documents, facts: { ...facts, draft: draft!.state } };
}
