import type { Sql } from '../../db/types.ts';
import type { InsuredPerson } from './contract.ts';

/** The next running number of a clinic. A number taken and not used is never given again. */
export async function takeCardNumber(sql: Sql, organization: string, shard: number): Promise<{ prefix: number; running: number }> {
  for (;;) {
    const [row] = await sql.query<{ prefix: number; last: string }>('update card_series set last = last + 1 where organization = $1 returning prefix, last::text as last', [organization]);
    if (row) return { prefix: row.prefix, running: Number(row.last) };
    // Two clinics may open their first cards at once: whoever loses the prefix takes the next one.
    await sql.query('insert into card_series (organization, shard, prefix, last) select $1, $2, coalesce(max(prefix), 0) + 1, 0 from card_series on conflict do nothing', [organization, shard]);
  }
}

/** Takes the keys for a patient inside the store's transaction; answers those that belong to another one. Waits for who takes the same at once. */
export async function claimKeys(sql: Sql, keys: readonly Uint8Array[], shard: number, patient: string): Promise<string[]> {
  const hexes = keys.map((key) => Buffer.from(key).toString('hex')).sort();
  await sql.query(`insert into person_claim (key, shard, patient) select decode(hex, 'hex'), $2, $3 from unnest($1::text[]) as hex order by hex on conflict (key) do nothing`, [hexes, shard, patient]);
  const rows = await sql.query<{ patient: string }>(`select patient from person_claim where key in (select decode(hex, 'hex') from unnest($1::text[]) as hex) and patient <> $2`, [hexes, patient]);
  return rows.map((row) => row.patient);
}

export async function readClaims(sql: Sql, keys: readonly Uint8Array[]): Promise<{ key: string; patient: string }[]> {
  return sql.query(`select encode(key, 'hex') as key, patient from person_claim where key in (select decode(hex, 'hex') from unnest($1::text[]) as hex)`, [keys.map((key) => Buffer.from(key).toString('hex'))]);
}

export async function dropClaims(sql: Sql, hexes: readonly string[]): Promise<void> {
  await sql.query(`delete from person_claim where key in (select decode(hex, 'hex') from unnest($1::text[]) as hex)`, [hexes]);
}

export interface RegisterQuery {
  enp?: string | undefined;
  snils?: string | undefined;
  family?: string | undefined;
  given?: string | undefined;
  birthDate?: string | undefined;
}

const folded = (column: string) => `translate(lower(${column}), 'ё', 'е')`;

/** Who is insured under a number, or under a name and a birth date. */
export async function findInsured(sql: Sql, query: RegisterQuery): Promise<InsuredPerson[]> {
  const rows = await sql.query<{ person: string }>(
    `select json_strip_nulls(json_build_object('enp', enp, 'snils', snils, 'family', family, 'given', given, 'patronymic', patronymic, 'sex', sex, 'birthDate', birth_date::text,
       'insurer', insurer, 'since', since::text, 'region', region, 'city', city, 'line', line, 'rural', rural))::text as person
     from insured_person
     where enp = $1 or snils = $2
       or ($5::date is not null and birth_date = $5::date and $3 <> '' and ${folded('family')} like ${folded('$3')} || '%' and ${folded('given')} like ${folded('$4')} || '%')
     order by family, given limit 10`,
    [query.enp ?? '', query.snils ?? '', (query.family ?? '').replace(/[%_\\]/g, ''), (query.given ?? '').replace(/[%_\\]/g, ''), query.birthDate ?? null],
  );
  return rows.map(({ person }) => JSON.parse(person) as InsuredPerson);
}

/** Takes over rows of the register; a number that is known gets the new row. */
export async function putInsured(sql: Sql, persons: readonly InsuredPerson[], demo: boolean): Promise<void> {
  await sql.query(
    `insert into insured_person (enp, shard, snils, family, given, patronymic, sex, birth_date, insurer, since, region, city, line, rural, demo)
     select p.enp, 0, p.snils, p.family, p.given, p.patronymic, p.sex, p."birthDate"::date, p.insurer, p.since::date, p.region, p.city, p.line, coalesce(p.rural, false), $2
     from json_to_recordset($1::json) as p (enp text, snils text, family text, given text, patronymic text, sex text, "birthDate" text, insurer text, since text, region text, city text, line text, rural bool)
     on conflict (enp) do update set snils = excluded.snils, family = excluded.family, given = excluded.given, patronymic = excluded.patronymic, sex = excluded.sex, birth_date = excluded.birth_date,
       insurer = excluded.insurer, since = excluded.since, region = excluded.region, city = excluded.city, line = excluded.line, rural = excluded.rural, demo = excluded.demo`,
    [JSON.stringify(persons), demo],
  );
}

export async function dropDemoInsured(sql: Sql): Promise<void> {
  await sql.query('delete from insured_person where demo');
}

/** The first bytes and the size of what was sent before under this hash. */
export async function readBlobHead(sql: Sql, sha256: string): Promise<{ size: number; head: Buffer } | undefined> {
  return (await sql.query<{ size: number; head: Buffer }>(`select octet_length(bytes) as size, substring(bytes for 16) as head from blob where sha256 = decode($1, 'hex')`, [sha256]))[0];
}
