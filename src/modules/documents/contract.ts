import { z } from 'zod';
import type { FileVerdict } from './verify-upload.ts';
import type { Finding } from './signature/findings.ts';
import type { SignatureVerdict } from './signature/verify-signature.ts';

/** What goes over the line between the pages of documents and their server: both sides read this file. */

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);

export const documentParams = z.object({ id });
export const signatureParams = z.object({ id, ordinal: z.coerce.number().int().min(1).max(99) });
export const patientQuery = z.object({ patient: id });
export const journalQuery = z.object({ patient: id, before: z.string().regex(/^\d{1,19}$/).optional() });
/** `print`: the id of a printing, whose sheet is marked as a copy. `frame`: for a frame of our page. A frame cannot send `Accept-Language`, so the language stands here. */
export const sheetQuery = z.object({ print: id.optional(), frame: z.literal('yes').optional(), language: z.enum(['ru', 'en']).optional() });
export type SheetQuery = z.output<typeof sheetQuery>;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
/** `until`: the day on which the document opens by itself. */
export const delayBody = z.object({ until: day, reason: z.string().trim().min(5).max(500) });
export const printBody = z.object({ reason: z.string().trim().min(3).max(300) });

/** Largest upload of the public page, in bytes. */
export const largestUpload = 16 * 1024 * 1024;
export const verifyBody = z.union([
  z.instanceof(Uint8Array),
  z.object({ files: z.array(z.object({ name: z.string().min(1).max(300), base64: z.base64() })).min(1).max(20) }),
]);

export interface Person {
  id: string;
  name: string;
  shortName: string;
  birthDate: string;
  sex: string;
}

export interface Author {
  reference: string;
  /** «Соколова Анна Викторовна» */
  name: string;
  /** «Врач-терапевт участковый»; absent where nobody wrote it down. */
  post?: string;
}

export interface Clinic {
  id: string;
  name: string;
  phone?: string;
  address?: string;
}

/** A document in a list. */
export interface DocumentLine {
  id: string;
  title: string;
  /** By the federal dictionary: «Протокол консультации». */
  kind: string;
  /** As one says it: «Приём врача». */
  plainKind: string;
  /** When it was written. */
  date: string;
  author: Author | undefined;
  clinic: Clinic | undefined;
  status: 'current' | 'superseded';
  /** It replaces an earlier version. */
  corrected: boolean;
  /** Not yet opened by the patient who asks, and of the last weeks. */
  fresh: boolean;
  /** Copy of the patient's own paper: without signatures. */
  paper: boolean;
  encounter?: string;
  /** For staff: the patient does not see it yet. */
  delayed?: { until?: string };
}

/** A document that waits for a talk, as its patient sees it: that it is there, by whom, till when, how to talk; nothing of its content. */
export interface WaitingDocument {
  key: string;
  date: string;
  author: string;
  post?: string;
  clinic: Clinic | undefined;
  /** The day on which it opens by itself; absent where its kind is given out on request. */
  until?: string;
}

export interface DocumentList {
  documents: DocumentLine[];
  waiting: WaitingDocument[];
}

/** Why something may not be done with a document; the page has the sentence. */
export type Refused = 'not-author' | 'not-staff' | 'superseded' | 'paper' | 'not-delayed' | 'by-kind';

export interface SignatureView {
  ordinal: number;
  role: 'doctor' | 'organisation';
  verdict: SignatureVerdict['verdict'];
  who: string;
  /** From the signer's own clock. */
  signedAt: string | undefined;
  /** When this server took it. */
  placedAt: string;
  certificate: SignatureVerdict['certificate'];
  digest: SignatureVerdict['digest'];
  algorithm: string | undefined;
  findings: Finding[];
}

export interface VersionView {
  id: string;
  date: string;
  status: 'current' | 'superseded';
  author: string;
}

export interface ReadView {
  key: string;
  name: string;
  role: string;
  clinic?: string;
  act: 'read' | 'package' | 'original' | 'print';
  reason?: string;
  at: string;
  /** The caller himself. */
  own: boolean;
}

export interface DelayView {
  until?: string;
  /** For staff only: it may say what the patient is to hear from a doctor. */
  reason: string;
  by?: string;
  since?: string;
}

/** What a document says to its patient, in plain words; the doctor's own text stands in the sheet. */
export interface PlainWords {
  found: { text: string; explained?: string }[];
  take: { name: string; how: string }[];
  next: string[];
}

export interface DocumentView extends DocumentLine {
  patient: Person;
  sha256: string | undefined;
  size: number | undefined;
  verdict: FileVerdict['verdict'] | undefined;
  findings: Finding[];
  signatures: SignatureView[];
  /** All versions, the newest first, this one among them. */
  versions: VersionView[];
  /** Who has read it; absent where the caller has no right to know. */
  readers?: ReadView[];
  delay?: DelayView;
  plain: PlainWords;
  /** Pages of a copy of paper, in their order. */
  pages: { url: string; mediaType: string; title: string }[];
  may: Record<'correct' | 'delay' | 'release', Refused | undefined>;
}

export interface NextVisit {
  id: string;
  start: string;
  /** «Кардиолог» */
  post: string;
  doctor: string;
  room?: string;
  clinic: Clinic | undefined;
  address?: string;
  reason?: string;
}

export interface VisitLine {
  id: string;
  date: string;
  end?: string;
  state: 'coming' | 'now' | 'past' | 'missed' | 'cancelled' | 'stay';
  post: string;
  doctor: string;
  clinic: Clinic | undefined;
  room?: string;
  address?: string;
  reason?: string;
  documents: { id: string; title: string }[];
}

export interface JournalLine {
  key: string;
  who: string;
  role: string;
  clinic?: string;
  /** What was looked at, in plain words. */
  what: string;
  /** Why: «приём 21 ноября», «ваш участковый врач», «лечение». */
  why: string;
  from: string;
  till: string;
  changed: boolean;
  own: boolean;
  /** Opened by emergency access: the reason that was given. */
  emergency?: string;
}

export interface Journal {
  lines: JournalLine[];
  next: string | undefined;
}

export interface StartView {
  next: NextVisit | undefined;
  fresh: DocumentLine[];
  /** Results of the last weeks. */
  results: { id: string; title: string; date: string; said: string; normal: boolean }[];
  waiting: WaitingDocument[];
  /** Clinic of the attachment: where to call. */
  clinic: Clinic | undefined;
  lastOpened: JournalLine | undefined;
}

export type VerifyAnswer = FileVerdict[];
