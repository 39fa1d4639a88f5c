import type { Refused } from './contract.ts';

/** Rules of what may be done with a document. Pure: the server obeys them, the page disables with the reason. */

export interface DocumentFacts {
  status: 'current' | 'superseded';
  paper: boolean;
  delayed: boolean;
  author: string | undefined;
  custodian: string | undefined;
}

export interface Asking {
  role: string;
  reference: string;
  organization?: string | undefined;
}

const doctors = ['doctor', 'head'];

/** Only who signed a document corrects it, and only its last version. */
export function refuseCorrection(document: DocumentFacts, actor: Asking): Refused | undefined {
  if (document.paper) return 'paper';
  if (document.status === 'superseded') return 'superseded';
  return document.author === actor.reference ? undefined : 'not-author';
}

/** The author, or a doctor of the same clinic, who may have to tell the patient in his place. */
export function refuseDelay(document: DocumentFacts, actor: Asking): Refused | undefined {
  if (!doctors.includes(actor.role)) return 'not-staff';
  if (document.paper) return 'paper';
  if (document.status === 'superseded') return 'superseded';
  return isOurs(document, actor) ? undefined : 'not-author';
}

export function refuseRelease(document: DocumentFacts, actor: Asking): Refused | undefined {
  if (!doctors.includes(actor.role)) return 'not-staff';
  if (!document.delayed) return 'not-delayed';
  return isOurs(document, actor) ? undefined : 'not-author';
}

/** Who has read it is told to the patient, to the author and to the clinic that answers for the document. */
export function mayKnowReaders(document: DocumentFacts, actor: Asking): boolean {
  return actor.role === 'patient' || (doctors.includes(actor.role) && isOurs(document, actor));
}

function isOurs(document: DocumentFacts, actor: Asking): boolean {
  return document.author === actor.reference || (document.custodian !== undefined && document.custodian === actor.organization);
}

/** How far ahead a document may be kept from its patient, in days: a talk must come, not be forgotten. */
export const longestDelay = 60;

export function delayFault(until: string, today: string): 'too-soon' | 'too-late' | 'no-date' | undefined {
  const day = Date.parse(`${until}T00:00:00Z`);
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== until) return 'no-date';
  const days = (day - Date.parse(`${today}T00:00:00Z`)) / 86_400_000;
  if (days < 1) return 'too-soon';
  return days > longestDelay ? 'too-late' : undefined;
}
