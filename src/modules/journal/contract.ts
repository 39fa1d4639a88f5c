import { z } from 'zod';

/** What goes over the line between the journal's page and its server: both sides read this file. */

export const acts = ['view', 'change', 'sign-in', 'emergency', 'refused'] as const;
export type Act = (typeof acts)[number];

const day = z.iso.date();
const typed = z.string().trim().min(1).max(120);

export const journalBody = z.strictObject({
  /** Words of a name, a login, the id of a program. */
  who: typed.optional(),
  /** Number of a card, СНИЛС, policy, or id of the patient. */
  card: typed.optional(),
  from: day.optional(),
  to: day.optional(),
  act: z.enum(acts).optional(),
  before: z.string().regex(/^\d{1,18}$/).optional(),
});
export type JournalAsked = z.output<typeof journalBody>;

export interface JournalCard {
  id: string;
  /** Number of the card, where it has one. */
  number?: string;
}

export interface JournalRow {
  seq: string;
  at: string;
  who: string;
  role: string;
  clinic?: string;
  act: Act;
  emergency: boolean;
  what: string;
  action: string;
  cards: readonly JournalCard[];
  status: number;
  request: string;
}

export interface JournalAnswer {
  rows: readonly JournalRow[];
  next?: string;
  /** The card that was asked for is not there. */
  noCard?: true;
}
