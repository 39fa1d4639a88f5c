import { Problem } from '../../kernel/problem.ts';
import { accessPredicate, accessPredicateForTypes, confinedTo } from '../access-sql.ts';
import { typeNumber } from '../type-number.ts';
import { bigints, timestamp, type Values } from '../values.ts';
import { anchorsOf, longToken, type Anchors, type DateBounds } from './anchors.ts';
import type { Clause } from './clause.ts';
import { hasherOf, rowsOf, type Candidate, type Condition, type Frame } from './condition.ts';
import type { Entries, SortKey } from './sort.ts';

/** Rows of `resource r` found by an index. */
type Branch = (values: Values) => string;

/** One way to run a search. */
interface Way {
  /** Rows that it visits, about. */
  rows: number;
  /** What it answers already, so that no test of it is needed. */
  answers?: Condition;
  /** Without a row in common. */
  branches: readonly Branch[];
  /** The numbers of its rows, where an index tells them before any row is read. */
  rids?: Branch;
  /** The index gives the rows in the order that is asked for, so that a page needs no more of them. */
  ordered: boolean;
  /** The entries that give that order, where no column of the row does: rows without one come after them. */
  entries?: Entries;
}

export interface Plan extends Way {
  /** Every condition, the types and the caller's access, row by row. */
  tests: (values: Values) => string;
  rechecks: readonly NonNullable<Condition['recheck']>[];
  /** Rows that pass, about. */
  matches: number;
  /** Over before a limit of its time could matter. */
  quick: boolean;
}

/** Rows that any search may visit without a limit of its time. */
const surelyQuick = 2000;

/** Rows that a search may visit, and those that it may read as a whole; both are told in the refusal. */
export const visitLimit = 3_000_000;
export const readLimit = 20_000;
/** Rows of a patient, about. */
const perPatient = 300;

export interface Wish {
  order: readonly SortKey[];
  /** Rows of a page; undefined where all are wanted, as for a total. */
  page: number | undefined;
}

/**
 * Chooses what drives a search (id → compartment → code → token → narrow table → time) by the rows that each would visit; every other criterion is
 * written so that the planner cannot take an index for it. Refuses `store.search-too-costly` before anything runs.
 */
export function planSearch(frame: Frame, clauses: readonly Clause[], conditions: readonly Condition[], wish: Wish, confined?: readonly bigint[]): Plan {
  const anchors = anchorsOf(frame, clauses);
  if (confined && !anchors.compartments) anchors.compartments = confined;
  const total = rowsOf(frame);
  const matches = conditions.reduce((left, { rows }) => left * Math.min(1, rows / Math.max(1, total)), total);
  const found = driven(frame, anchors, conditions).toSorted((a, b) => a.rows - b.rows)[0];
  const scan = scanned(frame, anchors, wish, matches);
  // where the number of matches is a guess a scan may read everything and find nothing
  const worth = conditions.some(({ guessed }) => guessed) ? 100_000 : 500;
  const way = found && (!scan || found.rows <= worth || found.rows <= scan.rows * 1.5) ? found : (scan ?? found ?? everything(frame));
  const rechecks = conditions.flatMap(({ recheck }) => (recheck ? [recheck] : []));
  const wordy = clauses.some(({ kind }) => kind === 'words');
  const visited = wish.page === undefined || !way.ordered ? way.rows : Math.min(way.rows, total);
  if (visited > visitLimit) throw new Problem('store.search-too-costly', { rows: Math.round(visited), limit: visitLimit });
  const read = found ? Math.min(matches, found.rows) : matches;
  if (wordy && read > readLimit) throw new Problem('store.search-too-costly', { rows: Math.round(read), limit: readLimit });
  // a scan in order ends early only where much matches, which is a guess where there are conditions
  const quick = way.rows <= surelyQuick && (!way.ordered || conditions.length === 0 || total <= surelyQuick || anchors.compartments !== undefined);
  return { ...way, tests: (values) => testsOf(frame, conditions.filter((condition) => condition !== way.answers), values), rechecks, matches, quick };
}

function testsOf(frame: Frame, conditions: readonly Condition[], values: Values): string {
  const [type, ...others] = frame.types;
  const hasher = hasherOf(frame);
  const access = others.length === 0 ? accessPredicate(frame.scope.access, type!, hasher, values, { hidden: true }) : accessPredicateForTypes(frame.scope.access, frame.types, hasher, values, { act: 'search', hidden: true });
  return [others.length === 0 ? `r.type = ${typeNumber(type!)}` : '', 'not r.deleted', access ?? '', ...conditions.map(({ test }) => test(values))].filter((term) => term !== '').join(' and ');
}

/** The ways that find rows by what is asked for. */
function driven(frame: Frame, anchors: Anchors, conditions: readonly Condition[]): Way[] {
  const ways: Way[] = conditions.flatMap((condition) => (condition.drive ? [{ rows: condition.rows, branches: [condition.drive], ordered: false, ...(condition.exact && { answers: condition }), ...(condition.rids && { rids: condition.rids }) }] : []));
  const [type] = frame.types;
  const { compartments, code, dates } = anchors;
  const one = frame.types.length === 1 ? type! : undefined;
  if (one !== undefined && compartments) {
    const rows = compartments.length * perPatient;
    const own = (values: Values) => ofCompartments(values, compartments);
    if (code === undefined) ways.push({ rows, ordered: false, branches: [(values) => `${own(values)} and r.type = ${typeNumber(one)}`] });
    else ways.push({ rows: rows / 10, ordered: false, branches: codeBranches(frame, code, own) });
  }
  if (one !== undefined && code !== undefined) {
    const rows = frame.statistics.ofToken(code);
    if (dates) ways.push({ rows: Math.ceil(rows * dates.share) + 1, ordered: false, branches: dated(dates, codeBranches(frame, code), longOfCode(frame, code)) });
    else ways.push({ rows, ordered: false, branches: codeBranches(frame, code) });
  }
  if (one !== undefined && dates) ways.push({ rows: Math.ceil(rowsOf(frame) * dates.share) + 1, ordered: false, branches: dated(dates, [() => `r.type = ${typeNumber(one)}`], longOfType(frame, one)) });
  const patients = confinedTo(frame.scope.access, frame.types);
  if (patients !== undefined) {
    const visible = (values: Values) => (one === undefined ? accessPredicateForTypes(frame.scope.access, frame.types, hasherOf(frame), values, { act: 'search' }) : `r.type = ${typeNumber(one)} and ${accessPredicate(frame.scope.access, one, hasherOf(frame), values) ?? 'true'}`);
    ways.push({ rows: patients * perPatient, branches: [visible], ordered: false });
  }
  return ways;
}

function ofCompartments(values: Values, compartments: readonly bigint[]): string {
  // a single one as an equation: only then can the index give its rows in order
  return compartments.length === 1 ? `r.compartment = ${values.add(compartments[0])}::bigint` : `r.compartment = any(${values.add(bigints(compartments))}::bigint[])`;
}

/** Rows whose main code it is; those with several codings, which the column cannot hold, by a token of their own. */
function codeBranches(frame: Frame, code: bigint, and?: Branch): Branch[] {
  const more = (values: Values) => (and ? ` and ${and(values)}` : '');
  return [
    (values) => `r.code = ${values.add(code)}::bigint${more(values)}`,
    (values) => `r.tokens @> ${values.add(bigints([hasherOf(frame).severalCodes(code)]))}::bigint[] and r.code is null${more(values)}`,
  ];
}

/** Rows that last long, found by tokens alone: beside another index the planner would read all of it to lay the two over each other. */
const longOfType = (frame: Frame, type: string): Branch => (values) => `r.tokens @> ${values.add(bigints([longToken(frame, type)]))}::bigint[] and (r.type + 0) = ${typeNumber(type)}`;
const longOfCode = (frame: Frame, code: bigint): Branch => (values) => `r.tokens @> ${values.add(bigints([hasherOf(frame).longOfCode(code)]))}::bigint[] and (r.code + 0) = ${values.add(code)}::bigint`;

/** The branches within bounds of the main date, and those of `long` that began long before and still lasted. */
function dated(dates: DateBounds, branches: readonly Branch[], long: Branch): Branch[] {
  const { low, high, lowUnlessLong } = dates;
  const from = Math.max(low, lowUnlessLong);
  const at = (values: Values, instant: number) => `${values.add(timestamp(instant))}::timestamptz`;
  const until = (values: Values) => (high === Infinity ? '' : ` and r.date_lo <= ${at(values, high)}`);
  const bounded = branches.map((branch): Branch => (values) => `${branch(values)}${from === -Infinity ? '' : ` and r.date_lo >= ${at(values, from)}`}${until(values)}`);
  if (lowUnlessLong <= low) return bounded;
  const before: Branch = (values) => `${long(values)} and (r.date_lo + interval '0') < ${at(values, from)}${low === -Infinity ? '' : ` and (r.date_lo + interval '0') >= ${at(values, low)}`}`;
  // several-coded rows have few enough of their own: their branch needs no lower bound
  return [bounded[0]!, before, ...branches.slice(1).map((branch): Branch => (values) => `${branch(values)}${until(values)}`)];
}

/** Reading an index in the order asked for, as far as the page needs: the way where much matches. */
function scanned(frame: Frame, anchors: Anchors, wish: Wish, matches: number): Way | undefined {
  const [type, ...others] = frame.types;
  const [first, second] = wish.order;
  if (wish.page === undefined || !first) return undefined;
  const number = typeNumber(type!);
  const visits = (base: number) => Math.min(base, ((wish.page! + 1) * base) / Math.max(1, Math.min(matches, base)));
  const total = rowsOf(frame);
  // of several types only where they are most of what there is
  if (others.length > 0) return first.column === 'updated' && total * 2 >= frame.statistics.all ? { rows: visits(frame.statistics.all), ordered: true, branches: [() => 'true'] } : undefined;
  if (first.entries) return { rows: visits(total), ordered: true, branches: [() => `r.type = ${number}`], entries: first.entries };
  if (first.column === 'id' && !second) return { rows: visits(total), ordered: true, branches: [() => `r.type = ${number}`] };
  if (first.column === 'updated') return { rows: visits(total), ordered: true, branches: [() => `r.type = ${number}`] };
  if (first.column !== 'date_lo') return undefined;
  const { compartments, code, dates } = anchors;
  const narrow = (base: number, branches: readonly Branch[], long: Branch): Way => ({ rows: visits(base), ordered: true, branches: dates ? dated(dates, branches, long) : branches });
  if (compartments) {
    if (compartments.length > 1 || code !== undefined) return undefined;
    const own: Branch = (values) => `${ofCompartments(values, compartments)} and r.type = ${number}`;
    return narrow(perPatient, [own], (values) => `(r.tokens || '{}'::bigint[]) @> ${values.add(bigints([longToken(frame, type!)]))}::bigint[] and ${own(values)}`);
  }
  return code === undefined ? narrow(total, [() => `r.type = ${number}`], longOfType(frame, type!)) : narrow(frame.statistics.ofToken(code), codeBranches(frame, code), longOfCode(frame, code));
}

function everything(frame: Frame): Way {
  return { rows: rowsOf(frame), ordered: false, branches: [() => `r.type in (${frame.types.map((type) => typeNumber(type)).join(', ')})`] };
}

/** Does the resource itself bear out what the row could not tell for certain? */
export function passes(plan: Pick<Plan, 'rechecks'>, candidate: Candidate): boolean {
  return plan.rechecks.every((recheck) => recheck(candidate));
}
