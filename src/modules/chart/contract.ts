import { z } from 'zod';

/** What goes over the line between the card's screens and their server: both sides read this file. Dates are ISO; screens format. */

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
const text = (most: number) => z.string().trim().max(most);

export const patientParams = z.object({ patient: id });
export const allergyParams = z.object({ patient: id, allergy: id });
export const seriesParams = z.object({ patient: id, code: z.string().regex(/^[A-Za-z0-9\-._]{1,64}$/) });

export const timelineKinds = ['visit', 'document', 'result', 'paper'] as const;
export type TimelineKind = (typeof timelineKinds)[number];
/** By POST: what is typed into the filter may name a person or an illness and stands in no address. */
export const timelineBody = z.object({
  kind: z.enum(timelineKinds).optional(),
  typed: text(200).optional(),
  cursor: z.string().max(200).optional(),
  count: z.number().int().min(1).max(200).default(40),
});
export type TimelineBody = z.output<typeof timelineBody>;

export const pageQuery = z.object({ cursor: z.string().max(500).optional() });
export const resultsQuery = z.object({ kind: z.enum(['lab', 'vital']).default('lab') });
export const reasonBody = z.object({ reason: text(1000) });
export const textBody = z.object({ text: text(200) });

export const allergyBody = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('known'),
    text: text(300).min(1),
    /** `urn:karta:mnn` or `urn:karta:allergy-class`; absent where only words are known. */
    coding: z.object({ system: z.string().max(200), code: z.string().max(100) }).optional(),
    reaction: text(300).optional(),
    severe: z.boolean().default(false),
    /** FHIR date, partial too: `2019`. */
    since: z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/).optional(),
  }),
  /** «Аллергии нет — со слов». */
  z.object({ kind: z.literal('none') }),
]);
export type AllergyBody = z.output<typeof allergyBody>;

export const seenBody = z.object({ results: z.array(id).min(1).max(200) });
export const reviewParams = z.object({ id: z.string().max(64) });
export const reviewBody = z.object({ verdict: z.enum(['justified', 'unjustified']), note: text(1000).default('') });

export interface Person {
  id: string;
  name: string;
  shortName: string;
  birthDate: string;
  sex: 'male' | 'female' | 'other' | 'unknown';
}

export interface Allergy {
  id: string;
  text: string;
  severe: boolean;
  reaction?: string;
  since?: string;
  by?: string;
}

/** Three states that never look alike: known, asked and none, nobody asked. */
export type Allergies = { state: 'known'; items: Allergy[] } | { state: 'none'; asked?: string; by?: string } | { state: 'unasked' };

export interface Alert {
  text: string;
  since?: string;
}

/** Why the person is here today. */
export interface Today {
  state: LineState;
  start: string;
  reason: string;
  doctor: string;
  appointment?: string;
  encounter?: string;
  /** The booking is with the one who asks. */
  mine: boolean;
}

export interface Banner extends Person {
  snils?: string;
  district?: string;
  card?: string;
  died?: string;
  allergies: Allergies;
  alerts: Alert[];
  today?: Today;
}

export interface Problem {
  id: string;
  code: string;
  /** The doctor's words. */
  text: string;
  /** The official name of the code. */
  name: string;
  since?: string;
  by?: string;
  /** From the problem list, or a diagnosis of a recent visit. */
  listed: boolean;
}

export interface Medicine {
  id: string;
  code?: string;
  name: string;
  /** «5 мг» */
  dose?: string;
  /** «1 раз в день утром» */
  timing: string;
  form?: string;
  since?: string;
  until?: string;
  by?: string;
  state: 'taken' | 'ending' | 'over';
  /** Further active prescriptions of the same МНН. */
  doubles: number;
}

export type Verdict = 'low' | 'high' | 'normal' | 'unknown';

export interface Series {
  key: string;
  name: string;
  low?: number;
  high?: number;
  /** Oldest first. */
  points: { at: string; value: number }[];
}

export interface Measure {
  code: string;
  name: string;
  kind: 'vital' | 'lab';
  unit: string;
  /** As it is said, decimals as written: «158/94», «5.60». */
  value: string;
  verdict: Verdict;
  critical: boolean;
  at: string;
  /** One series; of pressure two. */
  series: Series[];
}

export interface Due {
  id: string;
  kind: 'plan' | 'referral' | 'booking';
  text: string;
  from?: string;
  till?: string;
  state: 'overdue' | 'now' | 'soon' | 'later';
  note?: string;
}

export interface TimelineItem {
  key: string;
  kind: TimelineKind;
  at: string;
  till?: string;
  title: string;
  note: string;
  /** Values out of range, with arrow and unit; the others stand in the note. */
  out?: string[];
  /** The current signed document of a visit, or the document itself. */
  document?: string;
  encounter?: string;
  open?: boolean;
  stay?: boolean;
}

export interface TimelineAnswer {
  items: TimelineItem[];
  next?: string;
}

export interface OpenCard {
  open: true;
  /** «запись на приём 21 ноября» */
  reasons: string[];
  breakGlassUntil?: string;
  banner: Banner;
  problems: Problem[];
  medicines: Medicine[];
  measures: Measure[];
  due: Due[];
  recent: TimelineItem[];
  more: boolean;
  may: { editAllergies: boolean };
}

export interface ClosedCard {
  open: false;
  person: Person;
  /** How access is gained, a sentence each. */
  ways: string[];
}

export type CardAnswer = OpenCard | ClosedCard;

export interface ResultsAnswer {
  measures: Measure[];
}

export interface DocumentLine {
  id: string;
  title: string;
  kind: string;
  at: string;
  author: string;
  organization: string;
  paper: boolean;
  signed: boolean;
  /** Kept from the patient until a talk. */
  delayed: boolean;
  corrected: boolean;
}

export interface DocumentsAnswer {
  documents: DocumentLine[];
  next?: string;
}

export interface AllergenProposal {
  key: string;
  text: string;
  note?: string;
  coding: { system: string; code: string };
}

export type LineState = 'booked' | 'arrived' | 'in-room' | 'unfinished' | 'done' | 'noshow' | 'cancelled';

export interface DayLine {
  appointment: string;
  start: string;
  end: string;
  patient: Person;
  reason: string;
  state: LineState;
  arrived?: string;
  encounter?: string;
  begun?: string;
  /** «через Госуслуги» */
  booked: string;
  examined: boolean;
  doctor?: string;
  room?: string;
}

export interface DayAnswer {
  /** `YYYY-MM-DD` in the clinic's zone. */
  day: string;
  now: string;
  lines: DayLine[];
  done: number;
  /** Minutes behind the plan; 0 where not. */
  late: number;
  /** The booking to be seen next. */
  next?: string;
}

export interface WaitItem {
  key: string;
  text: string;
  note?: string;
  path?: string;
  at?: string;
}

/** A thing that waits for the caller; modules contribute their own. */
export interface Wait {
  key: string;
  count: number;
  urgency: 'now' | 'today' | 'later';
  /** «критических результата», after the number. */
  title: string;
  note?: string;
  /** The list behind the number. */
  items: WaitItem[];
  path?: string;
}

export interface WaitsAnswer {
  waits: Wait[];
}

export interface ReviewLine {
  id: string;
  patient: Person;
  actor: string;
  reason: string;
  opened: string;
  until: string;
}

export interface HeadDay {
  day: string;
  counts: { booked: number; arrived: number; inRoom: number; done: number; unfinished: number; noshow: number };
  doctors: { id: string; name: string; post: string; booked: number; done: number; late: number; unfinished: number }[];
  openCases: number;
  /** All bookings of the day, the list behind the numbers. */
  lines: DayLine[];
  review: ReviewLine[];
}

export interface MineAnswer {
  patients: (Person & { district?: string; reason: string; today?: string })[];
  more: boolean;
}

export interface OwnProblem {
  id: string;
  plain: string;
  text: string;
  since?: string;
  by?: string;
}

export interface OwnCard {
  person: Person;
  allergies: Allergies;
  problems: OwnProblem[];
  medicines: Medicine[];
  measures: (Measure & { plain: string; previous?: { value: string; at: string } })[];
  due: Due[];
}

export const staffRoles = ['doctor', 'nurse', 'registrar', 'head', 'auditor'] as const;
export type StaffRole = (typeof staffRoles)[number];
export const accountBody = z.object({ login: text(64), role: z.enum(staffRoles), /** Id of the PractitionerRole. */ post: id });
export type AccountBody = z.output<typeof accountBody>;
export const accountParams = z.object({ account: z.string().max(64) });
export const closedBody = z.object({ closed: z.boolean() });

export interface AccountLine {
  id: string;
  login: string;
  name: string;
  role: string;
  organization: string;
  disabled: boolean;
  /** The administrator's own: nobody closes the door behind himself. */
  own: boolean;
}

export interface PostLine {
  id: string;
  name: string;
  post: string;
  organization: string;
}

export interface AccountsAnswer {
  accounts: AccountLine[];
  posts: PostLine[];
}
