import { gzipSync } from 'node:zlib';
import type { Bundle } from '@medplum/fhirtypes';
import { purposes, requesterNow, type Caller, type Entrance } from '../../../access/index.ts';
import { compartmentsOf } from '../../../fhir/index.ts';
import { Problem } from '../../../kernel/problem.ts';
import type { Access, Scanned, Stored } from '../../../store/types.ts';
import { areOver, moveJob, openTransactions, type BulkJob, type Lease, type Piece } from '../tables.ts';
import { leaveElements, type ExportAsked } from './read-export.ts';

/** How far an export is: the type, and the id in it, and the files that are being filled. */
export interface ExportPlace {
  /** Set when the instant that is shown has passed: what must be over before anything is read. */
  below?: string;
  started?: boolean;
  type?: number;
  after?: string;
  files?: Record<string, { file: number; pieces: number; lines: number }>;
  next?: number;
}

const pageSize = 500;
const linesOfFile = 100_000;
/** Milliseconds between the instant of a version and the begin of its writing, at most, and that clocks differ. */
const usualSlack = 1000;

/** Does the next step of an export: false where there is nothing left to do, 'wait' where it is not yet time. */
export async function stepExport({ entrance, slack = usualSlack }: { entrance: Entrance; slack?: number }, job: BulkJob, lease: Lease): Promise<boolean | 'wait'> {
  const asked = job.asked as ExportAsked;
  const place = job.place as ExportPlace;
  const asOf = new Date(job.created);
  if (!place.started) return begin(entrance, job, lease, place, asOf, slack);
  const at = place.type ?? 0;
  const type = asked.types[at];
  if (type === undefined) return false;
  const requester = await requesterNow(entrance, job.caller);
  if (!requester) throw new Problem('exchange.requester-gone');
  const { caller, accesses } = requester;
  const page = await entrance.store.scan(accesses, {
    type, after: place.after ?? '', limit: pageSize, asOf,
    ...(asked.since === undefined ? {} : { since: new Date(asked.since) }),
    ...(asked.patients ? { patients: asked.patients } : {}),
  });
  const living = await meeting(entrance, caller, accesses, asked, type, page, asOf);
  const gone = page.entries.filter(({ deleted }) => deleted);
  await note(entrance, caller, job, type, living);
  const files = { ...place.files };
  const counter = { next: place.next ?? 1 };
  const pieces = [
    ...fill(files, counter, 'output', type, living.map(({ content }) => leaveElements(content, asked.elements))),
    ...fill(files, counter, 'deleted', 'Bundle', gone.map((one) => JSON.stringify(deletion(one)))),
  ];
  const next: ExportPlace = { ...place, files, next: counter.next, ...(page.next === undefined ? { type: at + 1, after: '' } : { type: at, after: page.next }) };
  if (!(await moveJob(entrance.db, lease, job.id, { place: next, done: living.length, pieces }))) return 'wait';
  return true;
}

/**
 * Everything written up to the instant must be committed before it is read: so the reading begins when that instant is a little past and every
 * transaction is over that was open then.
 */
async function begin(entrance: Entrance, job: BulkJob, lease: Lease, place: ExportPlace, asOf: Date, slack: number): Promise<boolean | 'wait'> {
  if (entrance.clock.now().getTime() < asOf.getTime() + slack) return 'wait';
  const below = place.below ?? (await openTransactions(entrance.db));
  const started = await areOver(entrance.db, below);
  const moved = await moveJob(entrance.db, lease, job.id, { place: { ...place, below, started }, done: 0 });
  return moved && started ? true : 'wait';
}

/** Those of a page that belong to a patient, where that is asked, and meet one of the type's filters, each in its version. */
async function meeting(entrance: Entrance, caller: Caller, accesses: readonly Access[], asked: ExportAsked, type: string, { entries, former }: Scanned, asOf: Date): Promise<readonly Stored[]> {
  const living = entries.filter(({ deleted }) => !deleted);
  const own = asked.level === 'system' ? living : living.filter(({ content }) => compartmentsOf(JSON.parse(content) as { resourceType: string }).patients.length > 0);
  const filters = asked.filters[type];
  if (!filters || own.length === 0) return own;
  const scope = { access: accesses[0]!, actor: caller.actor.reference, now: asOf };
  const met = new Set<string>();
  for (const filter of filters) {
    const { matches } = await entrance.store.search(scope, type, `${filter}&_id=${own.map(({ id }) => id).join(',')}&_count=${pageSize}`);
    const current = new Map(matches.map(({ id, version }) => [id, version]));
    for (const one of own) {
      const version = current.get(one.id);
      // what has changed since is judged by what it was
      if (version === one.version || (former.has(one.id) && (await entrance.store.matchVersion(scope, one, filter)))) met.add(one.id);
    }
  }
  return own.filter(({ id }) => met.has(id));
}

/** What goes into a file is in the journal first: whose data, by whose request. */
async function note(entrance: Entrance, caller: Caller, job: BulkJob, type: string, living: readonly Stored[]): Promise<void> {
  const patients = new Set(living.flatMap(({ content }) => compartmentsOf(JSON.parse(content) as { resourceType: string; id?: string }).patients));
  if (living.length === 0) return;
  await entrance.journal.note({
    at: entrance.clock.now(), actor: caller.actor.reference, role: caller.actor.role, account: caller.account, purpose: purposes[caller.actor.role],
    action: `$export ${type}`, patients: [...patients], types: [type], status: 200, request: job.id,
  });
}

function fill(files: NonNullable<ExportPlace['files']>, counter: { next: number }, kind: 'output' | 'deleted', type: string, lines: readonly string[]): Piece[] {
  if (lines.length === 0) return [];
  const key = `${kind} ${type}`;
  const open = files[key];
  const file = open && open.lines < linesOfFile ? open : { file: counter.next++, pieces: 0, lines: 0 };
  files[key] = { file: file.file, pieces: file.pieces + 1, lines: file.lines + lines.length };
  return [{ file: file.file, piece: file.pieces, kind, type, lines: lines.length, bytes: gzipSync(`${lines.join('\n')}\n`, { level: 3 }) }];
}

/** http://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---output-manifest, `deleted`: a transaction that would delete the same. */
function deletion({ type, id }: Stored): Bundle {
  return { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'DELETE', url: `${type}/${id}` } }] };
}
