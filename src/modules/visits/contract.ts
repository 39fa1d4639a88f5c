import type { Questionnaire } from '@medplum/fhirtypes';
import { z } from 'zod';

/** What goes over the line between the visit's page and its server: both sides read this file. */

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
const text = (most: number) => z.string().max(most);
const editor = z.string().min(8).max(64);

export const codingValue = z.object({ kind: z.literal('coding'), system: text(200).optional(), code: text(100), display: text(1000) });

export const diagnosisValue = z.object({
  kind: z.literal('diagnosis'),
  code: text(16),
  display: text(1000),
  /** The doctor's own words, where he does not leave it at the code's name. */
  words: text(2000).optional(),
  role: z.enum(['main', 'complication', 'concomitant']),
  certainty: z.enum(['preliminary', 'final']),
  /** As form 025/у asks: acute, chronic found for the first time, chronic known before. */
  course: z.enum(['acute', 'new-chronic', 'known-chronic']),
});

export const warningValue = z.object({ kind: text(40), severity: z.enum(['high', 'moderate']), ru: text(1000), en: text(1000) });

export const prescriptionValue = z.object({
  kind: z.literal('prescription'),
  /** МНН: lower-case Latin code and the Russian name. */
  medicine: z.object({ code: text(100), name: text(300) }),
  form: text(200).optional(),
  /** As on the box: «5 мг». */
  strength: text(100).optional(),
  /** How it is taken, as it will be read: «5 мг 1 раз в день утром». */
  dosage: text(500).optional(),
  days: z.number().int().positive().max(3660).optional(),
  note: text(1000).optional(),
  /** Found by the server when it was saved; never taken from the page. */
  warnings: z.array(warningValue).max(50).default([]),
  /** Why it is prescribed all the same. */
  reason: text(1000).optional(),
});

export const stopValue = z.object({ kind: z.literal('stop'), medication: id, name: text(300), reason: text(1000).optional() });

export const referralValue = z.object({
  kind: z.literal('referral'),
  category: z.enum(['laboratory', 'instrumental', 'consultation', 'procedure', 'hospital']),
  name: text(500),
  code: text(100).optional(),
  reason: text(1000).optional(),
  urgent: z.boolean().optional(),
});

export const fieldValue = z.union([text(20_000), z.number(), z.boolean(), codingValue, diagnosisValue, prescriptionValue, stopValue, referralValue]);

export type DiagnosisValue = z.output<typeof diagnosisValue>;
export type PrescriptionValue = z.output<typeof prescriptionValue>;
export type StopValue = z.output<typeof stopValue>;
export type ReferralValue = z.output<typeof referralValue>;
export type WarningValue = z.output<typeof warningValue>;
export type FieldValue = z.output<typeof fieldValue>;

/** Where copied text came from; without a document it is the card itself (the list of problems). */
export interface FieldSource {
  document?: string;
  date: string;
  author: string;
}

export interface Field {
  linkId: string;
  /** null: emptied. */
  value: FieldValue | null;
  revision: number;
  author: { reference: string; name: string };
  at: string;
  source?: FieldSource;
  /** Copied and not yet confirmed by a person. */
  unconfirmed: boolean;
}

/** A value that met another one in the same field: both are kept until a person decides. */
export interface Conflict {
  linkId: string;
  editor: string;
  value: FieldValue | null;
  author: { reference: string; name: string };
  at: string;
  revision: number;
}

/** What stands between the draft and the signature: a link to the field and its sentence. */
export interface Missing {
  linkId: string;
  ru: string;
  en: string;
}

export const encounterParams = z.object({ encounter: id });
export const documentParams = z.object({ document: id });
export const templateParams = z.object({ template: id });

export const startVisitBody = z.union([z.object({ appointment: id }), z.object({ patient: id })]);

export const saveFieldsBody = z.object({
  /** One window of one person, drawn at random by it, and the number of the save in it. */
  editor,
  sequence: z.number().int().nonnegative(),
  fields: z
    .array(
      z.object({
        linkId: text(200).min(1),
        value: fieldValue.nullable(),
        /** Revision that the change was made upon; 0 for a field that was empty. */
        baseRevision: z.number().int().nonnegative(),
        /** Set where a person has looked at both values and decided. */
        resolves: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(200),
});
export type SaveFields = z.output<typeof saveFieldsBody>;

export interface SaveOutcome {
  linkId: string;
  outcome: 'saved' | 'unchanged' | 'conflict' | 'late';
  revision: number;
}

export interface SaveAnswer {
  /** Time of the server, for «Сохранено в 12:41:07». */
  savedAt: string;
  version: number;
  outcomes: SaveOutcome[];
  fields: Field[];
  conflicts: Conflict[];
  missing: Missing[];
}

export const changesQuery = z.object({ since: z.coerce.number().int().nonnegative(), wait: z.coerce.number().int().min(0).max(25).default(25) });

export interface ChangesAnswer {
  version: number;
  state: 'open' | 'signed' | 'discarded';
  document?: string;
  fields: Field[];
  /** All open conflicts, or nothing where none changed. */
  conflicts?: Conflict[];
  missing: Missing[];
}

export const copyForwardBody = z.object({ editor, document: id, linkIds: z.array(text(200)).min(1).max(100) });
export const confirmFieldBody = z.object({ editor, linkId: text(200), revision: z.number().int().nonnegative() });
export const changeTemplateBody = z.object({ template: id });
export const signVisitBody = z.object({ version: z.number().int().nonnegative() });
export const lookUpBody = z.object({ text: text(300), limit: z.number().int().min(1).max(50).default(8) });
export const lookUpMedicinesBody = lookUpBody.extend({ encounter: id.optional() });

export interface DiagnosisProposal {
  code: string;
  display: string;
  /** May be used for a diagnosis: has nothing below it. */
  leaf: boolean;
}

export interface MedicineProposal {
  code: string;
  name: string;
  forms: { form: string; strengths: string[] }[];
  /** Usual ways to take it, the commonest first. */
  dosing: string[];
  warnings: WarningValue[];
}

export interface Person {
  id: string;
  name: string;
  shortName: string;
  birthDate: string;
  sex: 'male' | 'female' | 'other' | 'unknown';
}

export type AllergyState = 'known' | 'none' | 'unasked';

export interface EarlierVisit {
  document: string;
  date: string;
  author: string;
  title: string;
  /** Sections as they were signed, by link id of the template where they carry one. */
  sections: { linkId?: string; title: string; text: string }[];
}

export interface CurrentMedicine {
  id: string;
  code?: string;
  name: string;
  dosage: string;
  since?: string;
  by?: string;
}

export interface Problem {
  id: string;
  code: string;
  display: string;
  since?: string;
  by?: string;
}

export interface Result {
  code: string;
  name: string;
  unit: string;
  low?: number;
  high?: number;
  /** Oldest first. */
  values: { at: string; value: number }[];
}

export interface VisitAnswer {
  encounter: { id: string; status: string; start: string; end?: string; appointment?: string; case?: { id: string; title: string }; doctor: { reference: string; name: string }; organization: string };
  patient: Person & { snils?: string; district?: string; allergies: { state: AllergyState; items: { text: string; severe: boolean; note?: string }[] }; alerts: string[] };
  template: Questionnaire & { id: string };
  draft: { id: string; version: number; state: 'open' | 'signed' | 'discarded'; replaces?: string; document?: string; changed: string; fields: Field[]; conflicts: Conflict[]; missing: Missing[] };
  earlier: EarlierVisit[];
  medicines: CurrentMedicine[];
  problems: Problem[];
  results: Result[];
  /** What this caller may do here. */
  may: { editAll: boolean; sign: boolean; role: string };
}

export interface TemplateLine {
  id: string;
  title: string;
  speciality?: string;
  version: number;
  active: boolean;
}

export interface DraftLine {
  encounter: string;
  patient: Person;
  title: string;
  started: string;
  changed: string;
  missing: number;
  correction: boolean;
}

export interface SignAnswer {
  document: string;
  encounter: string;
  signedAt: string;
}
