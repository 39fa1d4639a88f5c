import { z } from 'zod';
import type { Course, DiagnosisFact, Missing, Proposal, VisitFact } from './rules.ts';

/** What goes over the line between the screens of cases and their server: both sides read this file. */

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
const code = z.string().max(20);
/** Made by a screen: a UUID, or its digits alone where the page is not on https. */
const ownKey = z.string().regex(/^[0-9a-f-]{32,36}$/);
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

export const caseParams = z.object({ case: id });
export const patientParams = z.object({ patient: id });
export const batchParams = z.object({ batch: ownKey });
export const listQuery = z.object({ scope: z.enum(['mine', 'clinic']).default('mine') });
export const servicesQuery = z.object({ month, payer: code.optional() });

/** Each line that is named is stated; null takes the word back. */
export const choices = z.object({
  purpose: code.nullable().optional(),
  payer: code.nullable().optional(),
  course: z.enum(['acute', 'new-chronic', 'known-chronic']).nullable().optional(),
  outcome: code.nullable().optional(),
  result: code.nullable().optional(),
  preliminary: id.nullable().optional(),
  final: id.nullable().optional(),
});
/** `version` as If-Match: of the EpisodeOfCare that was looked at. */
export const changeBody = z.object({ version: z.number().int().positive(), choices });
export const closeBody = changeBody;
export const reopenBody = z.object({ version: z.number().int().positive(), reason: z.string().trim().min(3).max(500) });
/** `id`: made by the screen, so that asking again makes no second batch. */
export const exportBody = z.object({ id: ownKey, month, payer: code.optional() });

export type Choices = z.output<typeof choices>;
export type ChangeBody = z.output<typeof changeBody>;
export type ServicesQuery = z.output<typeof servicesQuery>;

export interface Person {
  id: string;
  name: string;
  shortName: string;
  birthDate: string;
  sex: string;
}

export interface Choice {
  code: string;
  /** As numbered in the form, where the form numbers it. */
  number?: string;
  ru: string;
  en: string;
}

export type ListName = 'purpose' | 'payer' | 'course' | 'outcome' | 'result';
export type Lists = Readonly<Record<ListName, readonly Choice[]>>;

/** A row of the board. */
export interface OpenCase {
  id: string;
  version: number;
  patient: Person;
  doctor: { reference: string; name: string };
  /** ISO date or instant */
  start: string;
  days: number;
  /** How many visits count, and the last of them. */
  visits: number;
  lastVisit?: string;
  /** Absent where the caller reads no clinical text. */
  diagnosis?: { code: string; text: string };
  /** Absent where the caller could not fill it in. */
  missing?: readonly Missing[];
  /** Only the outcome is missing: one key closes it. */
  ready: boolean;
}

export interface OpenCases {
  cases: readonly OpenCase[];
  /** More are open than were read. */
  more: boolean;
}

/** A line of the talon: its number in the form, its name, what stands there. */
export interface TalonLine {
  key: string;
  number: string;
  label: string;
  /** Several values stand one below the other. */
  values: readonly string[];
  /** known from the card, stated by a person, proposed by Karta, missing, or absent on purpose */
  mark: 'known' | 'stated' | 'proposed' | 'missing' | 'none';
}

export interface CaseAnswer {
  id: string;
  version: number;
  state: 'open' | 'closed';
  patient: Person;
  /** Name of the clinic that keeps the case. */
  organization: string;
  doctor: { reference: string; name: string };
  start: string;
  end?: string;
  days: number;
  visits: readonly (VisitFact & { service?: { code: string; name: string } })[];
  diagnoses: readonly (DiagnosisFact & { proposedCourse?: Course })[];
  proposal: Proposal;
  missing: readonly Missing[];
  talon: readonly TalonLine[];
  lists: Lists;
  /** Number of the account that it went into. */
  exported?: { number: number; made: string };
  may: { change: boolean; reopen: boolean };
}

/** One service of the account. */
export interface ServiceRow {
  case: string;
  patient: Person;
  policy: string;
  snils: string;
  /** Absent where the caller reads no diagnoses. */
  icd?: string;
  course: string;
  service: { code: string; name: string };
  /** ISO date in the clinic's zone */
  date: string;
  doctor: string;
  speciality: { code: string; name: string };
  payer: string;
  purpose: string;
  outcome: string;
  result: string;
}

export type Obstacle = 'policy' | 'policy-number' | 'final' | 'outcome' | 'payer' | 'purpose' | 'no-visits' | 'open-visit' | 'speciality';

export interface NotBilled {
  case: string;
  patient: Person;
  end: string;
  obstacles: readonly Obstacle[];
}

export interface ServicesAnswer {
  month: string;
  rows: readonly ServiceRow[];
  totals: { cases: number; services: number; patients: number; byPayer: readonly { payer: string; cases: number; services: number }[] };
  notBilled: readonly NotBilled[];
  /** Closed cases of the month that are in an account already. */
  exported: number;
  payers: readonly Choice[];
  batches: readonly Batch[];
  mayExport: boolean;
}

export interface Batch {
  id: string;
  number: number | null;
  month: string;
  payer: string | null;
  state: 'gathering' | 'ready' | 'failed';
  done: number;
  total: number;
  services: number;
  made: string;
}
