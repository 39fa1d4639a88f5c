import type { Ctx, Role } from './context.ts';
import { demandRole, entranceOf } from './create-context.ts';
import { isChange, roleWords, typeWords } from './journal-of-patient.ts';

export const journalActs = ['view', 'change', 'sign-in', 'emergency', 'refused'] as const;
export type JournalAct = (typeof journalActs)[number];

export interface JournalQuestion {
  /** Words of a name, or a login, an id of a program. */
  who?: string | undefined;
  /** Ids of the cards of one person. */
  cards?: readonly string[] | undefined;
  from?: Date | undefined;
  /** Not including this moment. */
  to?: Date | undefined;
  act?: JournalAct | undefined;
  /** `seq` below which to go on. */
  before?: string | undefined;
  count: number;
}

/** A row of the journal for whoever oversees it: who did what kind of thing with whose card; no content, and not why glass was broken. */
export interface JournalLine {
  seq: string;
  at: string;
  who: string;
  role: string;
  /** Reference of who did it: `Practitioner/…`, `Device/…`. */
  actor: string;
  organization?: string;
  act: JournalAct;
  emergency: boolean;
  /** «документы, анализы и измерения» */
  what: string;
  /** As it was called: `search Observation`, `GET /api/chart/:patient`. */
  action: string;
  patients: readonly string[];
  purpose: string;
  status: number;
  request: string;
}

/** Rows looked through in one statement, and statements for one page: who is rare in a journal of years is found in several pages. */
const window = 100_000n;
const mostWindows = 20;
/** Rows are numbered as they are committed, nearly in the order of their instants. */
const slack = 10_000n;

interface Row {
  seq: string;
  at: string;
  actor: string;
  role: Role;
  action: string;
  patients: string[];
  types: string[];
  purpose: string;
  status: number;
  request: string;
  organization: string | null;
  name: string | null;
  broken: boolean;
}

/** The journal of the whole region, the newest first, for an auditor. Refuses `access.wrong-role`. */
export async function searchJournal(ctx: Ctx, asked: JournalQuestion): Promise<{ lines: JournalLine[]; next: string | undefined }> {
  demandRole(ctx, ['auditor']);
  const { db } = entranceOf(ctx).entrance;
  const values: unknown[] = [];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const terms: string[] = [];
  if (asked.who !== undefined) {
    const accounts = await accountsOf(ctx, asked.who);
    if (accounts.length === 0) return { lines: [], next: undefined };
    terms.push(`j.account = any(${add(accounts)}::text[])`);
  }
  if (asked.cards) {
    for (const card of asked.cards) ctx.scope.seen?.('AuditEvent', card);
    terms.push(`j.seq in (select p.seq from journal_patient p where p.patient = any(${add([...asked.cards])}::text[]))`);
  } else ctx.scope.seen?.('AuditEvent', undefined);
  if (asked.from) terms.push(`j.at >= ${add(asked.from)}`);
  if (asked.to) terms.push(`j.at < ${add(asked.to)}`);
  if (asked.act) terms.push(actTerms[asked.act]);
  const [ends] = await db.query<{ last: string; first: string }>(
    `select coalesce((select seq from journal where $1::timestamptz is null or at < $1 order by at desc limit 1), 0)::text as last, coalesce((select seq from journal where $2::timestamptz is null or at >= $2 order by at limit 1), 0)::text as first`,
    [asked.to ?? null, asked.from ?? null],
  );
  const least = BigInt(ends!.first) - slack;
  const most = BigInt(ends!.last) + slack;
  let top = asked.before !== undefined && BigInt(asked.before) < most ? BigInt(asked.before) : most;
  const lines: JournalLine[] = [];
  for (let looked = 0; looked < mostWindows && top > least; looked++) {
    const bottom = asked.cards ? least : top - window;
    const rows = await db.query<Row>(
      `select j.seq::text, j.at, j.actor, j.role, j.action, j.patients, j.types, j.purpose, j.status, j.request, a.organization, coalesce(a.name, c.name) as name, j.break_glass is not null as broken
       from journal j left join account a on a.id = j.account left join service_client c on c.id = j.account
       where ${[...terms, `j.seq < $${values.length + 1}::bigint`, `j.seq >= $${values.length + 2}::bigint`].join(' and ')} order by j.seq desc limit ${asked.count - lines.length + 1}`,
      [...values, top.toString(), bottom.toString()],
    );
    const room = asked.count - lines.length;
    lines.push(...rows.slice(0, room).map((row) => lineOf(row, ctx)));
    if (rows.length > room) return { lines, next: lines.at(-1)!.seq };
    top = bottom;
  }
  return { lines, next: top > least && top > 0n ? top.toString() : undefined };
}

/** Verbs of a change, less the searches and look-ups that go by POST: the same as `isChange`. */
const changes = String.raw`(j.action ~ '^(POST|PUT|PATCH|DELETE|create|update|patch|delete|transaction|batch)\M' and j.action !~ '_search|/search|/find|\$')`;
const signsIn = `(j.action like 'sign-%' or j.action = 'token' or j.action like 'token %')`;
const actTerms: Readonly<Record<JournalAct, string>> = {
  view: `j.status < 400 and not ${changes} and not ${signsIn}`,
  change: `j.status < 400 and ${changes} and not ${signsIn}`,
  'sign-in': `j.status < 400 and ${signsIn}`,
  emergency: 'j.break_glass is not null',
  refused: 'j.status >= 400',
};

function actOf({ action, status }: Row): JournalAct {
  if (status >= 400) return 'refused';
  if (/^(?:sign-|token(?: |$))/.test(action)) return 'sign-in';
  return isChange(action) ? 'change' : 'view';
}

/** People by words of their name in any order or by login, programs by id or name. */
async function accountsOf(ctx: Ctx, who: string): Promise<string[]> {
  const words = who.trim().toLowerCase().replaceAll('ё', 'е').split(/[\s.]+/).filter(Boolean).map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
  const { db } = entranceOf(ctx).entrance;
  const rows = await db.query<{ id: string }>(
    `select id from account where login = $1 or replace(lower(name), 'ё', 'е') like all($2::text[]) union select id from service_client where lower(id) = $1 or replace(lower(name), 'ё', 'е') like all($2::text[]) limit 500`,
    [who.trim().toLowerCase(), words],
  );
  return rows.map(({ id }) => id);
}

function lineOf(row: Row, { language }: Ctx): JournalLine {
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    who: row.name ?? roleWords[row.role][language],
    role: roleWords[row.role][language],
    actor: row.actor,
    ...(row.organization !== null && { organization: row.organization }),
    act: actOf(row),
    emergency: row.broken,
    what: typeWords.filter(({ types }) => types.some((type) => row.types.includes(type))).map((group) => group[language]).join(', '),
    action: row.action,
    patients: row.patients,
    purpose: row.purpose,
    status: row.status,
    request: row.request,
  };
}
