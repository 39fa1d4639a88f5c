import { parseDateRange } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { asksTokens, opensAct } from '../store/index.ts';
import type { AccessAct, HistoryPage, Scope, SearchOptions, SearchResult, Stored, WriteOperation } from '../store/types.ts';
import { actionCode, auditEventOf, outcomeCode, subtypeOf, typeOf, type AuditRow } from './audit-event.ts';
import type { Entrance } from './entrance.ts';

/**
 * AuditEvent is the read-only FHIR face of the journal: rows are shown, never stored twice. AuditEvents that other systems send stand in the
 * store as any resource; a search answers those first, then the journal's, newest first.
 */
const ofJournal = /^journal-(\d{1,18})$/;
const cursorOfJournal = /^journal\.(\d{1,18})$/;
/** Rows that one page looks through at most: a page may be short, its `next` goes on. */
const window = 100_000;
/** Most that a total counts. */
const countLimit = 100_000;
const columns = 'j.seq::text as seq, j.at, j.actor, j.role, j.purpose, j.action, j.patients, j.types, j.status';

/** Whose rows the caller may read; undefined: nobody's. */
function readable(scope: Scope, act: AccessAct): ReadonlySet<string> | 'all' | undefined {
  const rules = scope.access.rules.filter((rule) => opensAct(rule, act) && (rule.types === 'all' || rule.types.includes('AuditEvent')) && !(rule.withTokens?.length || rule.everyTokens?.length));
  if (rules.some((rule) => rule.patients === 'all' && !asksTokens(rule))) return 'all';
  const patients = new Set(rules.flatMap((rule) => (rule.patients === 'all' ? [] : rule.patients)));
  return patients.size > 0 ? patients : undefined;
}

/** What a patient reads is what was done with her card: no refusals, and not that she stood in a list of found names. */
const ofCard = `j.status < 400 and not (cardinality(j.patients) > 1 and j.types <@ array['Patient'])`;

/** Whether an id is of the journal's and not of the store's. */
export function isJournalEvent(type: string, id: string): boolean {
  return type === 'AuditEvent' && ofJournal.test(id);
}

/** Refuses `access.audit-read-only` where a write means a row of the journal. */
export function checkNoJournalWrite(operations: readonly WriteOperation[]): void {
  for (const operation of operations) {
    const [type, id] = operation.method === 'delete' ? [operation.type, 'id' in operation ? operation.id : ''] : [operation.resource.resourceType, operation.resource.id ?? ''];
    if (isJournalEvent(type, id)) throw new Problem('access.audit-read-only');
  }
}

/** One row by its id. Refuses `store.not-found`, also for what the caller may not read. */
export async function readAuditEvent({ db }: Entrance, scope: Scope, id: string): Promise<Stored> {
  const whose = readable(scope, 'read');
  const terms = whose === 'all' ? '' : ` and ${ofCard} and j.patients && $2::text[]`;
  const rows = whose ? await db.query<AuditRow>(`select ${columns} from journal j where j.seq = $1::bigint${terms}`, [ofJournal.exec(id)![1], ...(whose === 'all' ? [] : [[...whose]])]) : [];
  if (!rows[0]) throw new Problem('store.not-found', { reference: `AuditEvent/${id}` });
  return storedOf(rows[0], whose!, scope);
}

/** A row never changes: its history is the one version that there is. Refuses as reading it does. */
export async function historyOfAuditEvent(entrance: Entrance, scope: Scope, id: string, page: HistoryPage): Promise<{ entries: Stored[]; next: undefined }> {
  const event = await readAuditEvent(entrance, scope, id);
  const at = Date.parse(event.updated);
  const fits = page.before === undefined && at >= (page.since?.getTime() ?? -Infinity) && at <= (page.current?.to ?? Infinity) && (page.current?.from ?? -Infinity) <= (page.current?.to ?? Infinity) && (page.among?.includes(`AuditEvent/${id}`) ?? true);
  return { entries: fits ? [event] : [], next: undefined };
}

/** The store's AuditEvents, and behind their last page the journal's. */
export async function searchAuditEvents(entrance: Entrance, scope: Scope, query: string, options: SearchOptions = {}): Promise<SearchResult> {
  const params = new URLSearchParams(query);
  const whose = readable(scope, 'search');
  const at = cursorOfJournal.exec(params.get('_cursor') ?? '')?.[1];
  // What the journal is found by are opaque ids, dates and codes: its links need no seal. A link that is sealed carries what only the store can match.
  const open = journalFilter(params, whose, options.compartment) !== undefined && !params.get('_cursor')?.startsWith('s.');
  const stored: SearchResult = at === undefined ? await entrance.store.search(scope, 'AuditEvent', query, open ? { ...options, sealed: false } : options) : { matches: [], included: [], total: undefined, next: undefined, self: selfOf(params), ignored: [] };
  for (const { parameter } of stored.ignored) params.delete(parameter);
  const filter = params.get('_cursor')?.startsWith('s.') ? undefined : journalFilter(params, whose, options.compartment);
  if (!filter) return stored;
  const count = Math.min(Number(params.get('_count') ?? 50) || 50, 1000);
  const counted = params.get('_summary') === 'count' || ['accurate', 'estimate'].includes(params.get('_total') ?? '');
  const total = counted && at === undefined ? (stored.total ?? 0) + (await countRows(entrance, filter)) : undefined;
  if (params.get('_summary') === 'count' || params.get('_count') === '0') return { ...stored, total };
  const room = count - stored.matches.length;
  if (stored.next !== undefined || room <= 0) return { ...stored, total, next: stored.next ?? 'journal.999999999999999999' };
  const { rows, next } = await readRows(entrance, filter, at, room);
  return { ...stored, total, matches: [...stored.matches, ...rows.map((row) => storedOf(row, filter.whose, scope))], next };
}

function selfOf(params: URLSearchParams): string {
  return new URLSearchParams([...params].filter(([name]) => name !== '_cursor')).toString();
}

interface Filter {
  terms: string[];
  values: unknown[];
  whose: ReadonlySet<string> | 'all';
  /** Patients whose rows are found through `journal_patient`. */
  patients: string[] | undefined;
  /** Decided on the row itself: its codes are made from what stands there. */
  fits: (row: AuditRow) => boolean;
}

/** The search parameters of AuditEvent as far as the journal has their elements; undefined where no row can match. */
function journalFilter(params: URLSearchParams, whose: Filter['whose'] | undefined, compartment: SearchOptions['compartment']): Filter | undefined {
  if (!whose || (compartment && compartment.owner !== 'Patient') || (compartment && whose !== 'all' && !whose.has(compartment.id))) return undefined;
  const filter: Filter & { tests: ((row: AuditRow) => boolean)[] } = { terms: whose === 'all' ? [] : [ofCard], values: [], whose, patients: compartment ? [compartment.id] : whose === 'all' ? undefined : [...whose], fits: () => true, tests: [] };
  for (const [name, value] of params) {
    if (/^_(count|cursor|sort|total|summary|elements|format|pretty|include|revinclude)(:|$)/.test(name)) continue;
    const values = value.split(',').filter(Boolean);
    switch (name) {
      case 'patient':
      case 'patient:Patient':
      case 'entity':
      case 'entity:Patient': {
        const named = values.map((one) => (name.startsWith('patient') || name.endsWith(':Patient') ? /^(?:Patient\/)?([A-Za-z0-9\-.]{1,64})$/ : /^Patient\/([A-Za-z0-9\-.]{1,64})$/).exec(one)?.[1]).filter((id) => id !== undefined);
        filter.patients = filter.patients ? filter.patients.filter((id) => named.includes(id)) : named;
        if (filter.patients.length === 0) return undefined;
        break;
      }
      case 'agent':
        filter.values.push(values);
        filter.terms.push(`(j.actor = any($${filter.values.length}::text[]) or 'Device/' || substring(j.action from ' by app (.*)$') = any($${filter.values.length}::text[]))`);
        break;
      case 'date':
      case '_lastUpdated':
        filter.terms.push(`(${values.map((one) => dateTerm(one, filter.values)).join(' or ')})`);
        break;
      case '_id':
        filter.values.push(values.map((one) => ofJournal.exec(one)?.[1]).filter(Boolean));
        filter.terms.push(`j.seq = any($${filter.values.length}::bigint[])`);
        break;
      case 'action':
        filter.tests.push((row) => tokenFits(values, 'http://hl7.org/fhir/audit-event-action', actionCode(row.action)));
        break;
      case 'outcome':
        filter.tests.push((row) => tokenFits(values, 'http://hl7.org/fhir/audit-event-outcome', outcomeCode(row.status)));
        break;
      case 'type':
        filter.tests.push((row) => tokenFits(values, typeOf(row.action).system, typeOf(row.action).code));
        break;
      case 'subtype':
        filter.tests.push((row) => tokenFits(values, subtypeOf(row.action)?.system ?? '', subtypeOf(row.action)?.code));
        break;
      default:
        // What the journal has no element for matches none of its rows; the store has judged the parameter itself.
        return undefined;
    }
  }
  filter.fits = (row) => filter.tests.every((test) => test(row));
  return filter;
}

function tokenFits(values: readonly string[], system: string, code: string | undefined): boolean {
  return code !== undefined && values.some((value) => value === code || value === `${system}|${code}` || value === `${system}|`);
}

/** http://hl7.org/fhir/R4/search.html#date over an instant. */
function dateTerm(text: string, values: unknown[]): string {
  const [, prefix = 'eq', date = ''] = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/.exec(text)!;
  const { low, high } = parseDateRange(date.replace(' ', '+'));
  if (!Number.isFinite(low) || !Number.isFinite(high)) throw new Problem('store.bad-value', { parameter: 'date', value: text.slice(0, 40), expected: '2026-01-31' });
  values.push(new Date(low).toISOString(), new Date(high).toISOString());
  const [from, to] = [`$${values.length - 1}::timestamptz`, `$${values.length}::timestamptz`];
  const terms: Record<string, string> = { eq: `j.at >= ${from} and j.at <= ${to}`, ne: `(j.at < ${from} or j.at > ${to})`, gt: `j.at > ${to}`, sa: `j.at > ${to}`, lt: `j.at < ${from}`, eb: `j.at < ${from}`, ge: `j.at >= ${from}`, le: `j.at <= ${to}`, ap: `j.at >= ${from} - interval '1 day' and j.at <= ${to} + interval '1 day'` };
  // both stand in each form, so that no parameter is without a use
  return `(${terms[prefix]} and ${from} <= ${to})`;
}

/** A page of rows below `before`. Without a patient to find them by it looks through one window of the journal. */
async function readRows({ db }: Entrance, filter: Filter, before: string | undefined, room: number): Promise<{ rows: AuditRow[]; next: string | undefined }> {
  const [newest] = await db.query<{ last: string }>('select coalesce(max(seq), 0)::text as last from journal');
  const end = BigInt(newest?.last ?? '0') + 1n;
  const top = before === undefined || BigInt(before) > end ? end : BigInt(before);
  const bottom = filter.patients || top <= BigInt(window) ? 0n : top - BigInt(window);
  const found: AuditRow[] = [];
  for (let from = top; ; ) {
    const { text, values } = statement(filter, columns, [from, bottom]);
    const rows = await db.query<AuditRow>(`${text} order by j.seq desc limit ${room + 1}`, values);
    for (const row of rows) {
      if (!filter.fits(row)) continue;
      if (found.length === room) return { rows: found, next: `journal.${found.at(-1)!.seq}` };
      found.push(row);
    }
    if (rows.length <= room) break;
    from = BigInt(rows.at(-1)!.seq);
  }
  return { rows: found, next: bottom > 0n ? `journal.${bottom}` : undefined };
}

function statement(filter: Filter, what: string, between?: readonly [bigint, bigint]): { text: string; values: unknown[] } {
  const values = [...filter.values];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const terms = [...filter.terms];
  if (between) terms.push(`j.seq < ${add(between[0].toString())}::bigint`, `j.seq >= ${add(between[1].toString())}::bigint`);
  if (filter.patients) terms.push(`j.seq in (select p.seq from journal_patient p where p.patient = any(${add(filter.patients)}::text[]))`);
  return { text: `select ${what} from journal j${terms.length > 0 ? ` where ${terms.join(' and ')}` : ''}`, values };
}

/** How many rows match. Refuses `access.audit-too-many` rather than to count a journal of years. */
async function countRows({ db }: Entrance, filter: Filter): Promise<number> {
  const { text, values } = statement(filter, columns);
  const rows = await db.query<AuditRow>(`${text} limit ${countLimit + 1}`, values);
  if (rows.length > countLimit) throw new Problem('access.audit-too-many', { limit: countLimit });
  return rows.filter(filter.fits).length;
}

/** A row as the store would give it; told to the journal of this very request. */
function storedOf(row: AuditRow, whose: Filter['whose'], scope: Scope): Stored {
  const event = auditEventOf(row, whose);
  const patients = row.patients.filter((patient) => whose === 'all' || whose.has(patient));
  for (const patient of patients.length > 0 ? patients : [undefined]) scope.seen?.('AuditEvent', patient);
  return { type: 'AuditEvent', id: event.id!, version: 1, updated: event.recorded, deleted: false, content: JSON.stringify(event), compartment: '0' };
}
