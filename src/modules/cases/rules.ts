/** The rules of a case (обращение), pure: the server obeys them, the screens say with them why a button waits. */

export type Course = 'acute' | 'new-chronic' | 'known-chronic';

/** A diagnosis written at a visit of the case. */
export interface DiagnosisFact {
  /** id of the Condition */
  condition: string;
  /** МКБ-10 */
  code: string;
  text: string;
  role: 'main' | 'complication' | 'concomitant';
  /** false: preliminary */
  confirmed: boolean;
  /** As the doctor marked it at the visit. */
  course?: Course;
}

export interface VisitFact {
  id: string;
  /** ISO instant */
  start: string;
  end?: string;
  state: 'open' | 'finished' | 'void';
  doctor: { reference: string; name: string };
  diagnoses: readonly DiagnosisFact[];
}

/** An entry of the patient's list of problems. */
export interface ProblemFact {
  condition: string;
  code: string;
  /** When it began or was recorded: ISO date, may be partial. */
  since?: string;
}

/** What was said about the case, by code of its list; diagnoses by id of their Condition. */
export interface Stated {
  purpose?: string | undefined;
  payer?: string | undefined;
  course?: Course | undefined;
  outcome?: string | undefined;
  result?: string | undefined;
  preliminary?: string | undefined;
  final?: string | undefined;
}

export interface CaseFacts {
  /** ISO date or instant */
  start: string;
  visits: readonly VisitFact[];
  problems: readonly ProblemFact[];
  /** An insurance policy is known. */
  insured: boolean;
  /** A referral to hospital was written at one of its visits. */
  toHospital: boolean;
  stated: Stated;
}

/** One thing of the case: what stands, and whether a person said it or Karta proposes it. */
export interface Said<T = string> {
  value: T;
  stated: boolean;
}

export type Proposal = { [K in keyof Stated]?: Said<NonNullable<Stated[K]>> };

export type MissingThing = 'visits' | 'open-visit' | 'final' | 'outcome' | 'course' | 'purpose' | 'payer' | 'result';

export interface Missing {
  what: MissingThing;
  /** id of the visit that is still open */
  visit?: string;
}

/** Z codes are reasons and not diseases: they have no course and no recovery. */
export const isDisease = (code: string): boolean => !/^Z/i.test(code);

const rubric = (code: string): string => code.slice(0, 3).toUpperCase();

/** The visits that count, the earliest first. */
export function visitsThatCount(visits: readonly VisitFact[]): VisitFact[] {
  return visits.filter((visit) => visit.state !== 'void').toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

/** All diagnoses of the case, those of the latest visit first, the main ones before others; each code once. */
export function diagnosesOf(facts: Pick<CaseFacts, 'visits'>): DiagnosisFact[] {
  const ranks = { main: 0, complication: 1, concomitant: 2 } as const;
  const all = visitsThatCount(facts.visits).toReversed().flatMap((visit) => visit.diagnoses.toSorted((a, b) => ranks[a.role] - ranks[b.role]));
  return all.filter((one, index) => all.findIndex((other) => other.code === one.code) === index);
}

/**
 * First-time or chronic, as the talon asks. What the doctor marked at the visit stands. Otherwise the list of problems decides: what stood
 * there before the case began was known; what came to it since was found for the first time; what is not on it is acute. Undefined where
 * the code is no disease.
 */
export function courseOf(diagnosis: Pick<DiagnosisFact, 'code' | 'course'>, problems: readonly ProblemFact[], caseStart: string): Course | undefined {
  if (!isDisease(diagnosis.code)) return undefined;
  if (diagnosis.course) return diagnosis.course;
  const known = problems.filter((problem) => rubric(problem.code) === rubric(diagnosis.code));
  if (known.length === 0) return 'acute';
  const start = caseStart.slice(0, 10);
  // a problem without a date has always been there; a partial date is compared as far as it goes
  return known.some((problem) => !problem.since || problem.since.slice(0, 10) < start.slice(0, problem.since.slice(0, 10).length)) ? 'known-chronic' : 'new-chronic';
}

function purposeOf(code: string, visits: number): string {
  if (/^Z02/i.test(code)) return '2.6';
  if (!isDisease(code)) return visits > 1 ? '3.1' : '2.1';
  return visits > 1 ? '3.0' : '1.0';
}

/** What the talon says from the visits, as far as it can be known; what a person stated stands before every proposal. */
export function proposeCase(facts: CaseFacts): Proposal {
  const { stated } = facts;
  const visits = visitsThatCount(facts.visits);
  const all = diagnosesOf(facts);
  const known = (condition: string | undefined) => visits.flatMap((visit) => visit.diagnoses).find((one) => one.condition === condition);
  const mainOf = (visit: VisitFact | undefined) => visit?.diagnoses.find((one) => one.role === 'main') ?? visit?.diagnoses[0];
  const final = known(stated.final) ?? all.find((one) => one.role === 'main') ?? all[0];
  const preliminary = known(stated.preliminary) ?? mainOf(visits.find((visit) => visit.diagnoses.length > 0));
  const said = <T>(value: T | undefined, proposed: T | undefined): Said<T> | undefined => (value !== undefined ? { value, stated: true } : proposed !== undefined ? { value: proposed, stated: false } : undefined);
  const disease = final ? isDisease(final.code) : undefined;
  const entries: [keyof Stated, Said | undefined][] = [
    ['final', final && { value: final.condition, stated: final.condition === stated.final }],
    ['preliminary', preliminary && { value: preliminary.condition, stated: preliminary.condition === stated.preliminary }],
    ['purpose', said(stated.purpose, final && purposeOf(final.code, visits.length))],
    ['payer', said(stated.payer, facts.insured ? 'oms' : 'budget')],
    ['course', disease === false ? undefined : said(stated.course, final && courseOf(final, facts.problems, facts.start))],
    ['outcome', said(stated.outcome, disease === false ? '306' : undefined)],
    ['result', said(stated.result, facts.toHospital ? '305' : final ? '301' : undefined)],
  ];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** What stands between the case and its closing; empty where it may be closed. */
export function missingToClose(facts: CaseFacts, proposal: Proposal = proposeCase(facts)): Missing[] {
  const visits = visitsThatCount(facts.visits);
  const missing: Missing[] = visits.filter((visit) => visit.state === 'open').map((visit) => ({ what: 'open-visit', visit: visit.id }));
  if (visits.length === 0) missing.push({ what: 'visits' });
  const final = diagnosesOf(facts).find((one) => one.condition === proposal.final?.value) ?? visits.flatMap((visit) => visit.diagnoses).find((one) => one.condition === proposal.final?.value);
  if (!final) missing.push({ what: 'final' });
  // purpose, course and result follow from the diagnosis: while there is none, they are no tasks of their own
  const asked: readonly ('purpose' | 'payer' | 'outcome' | 'result' | 'course')[] = final ? ['purpose', 'payer', 'outcome', 'result', ...(isDisease(final.code) ? (['course'] as const) : [])] : ['payer', 'outcome'];
  for (const what of asked) if (!proposal[what]) missing.push({ what });
  return missing;
}

/** Whole days that a case has been open, the day it began not counted. */
export function daysOpen(start: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - new Date(start).getTime()) / 86_400_000));
}
