import type { Encounter, Organization, Patient, Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes';
import type { Language } from '../../kernel/problem.ts';

/** A resource that already has its id. */
export type WithId<R extends Resource = Resource> = R & { id: string };

/** A cell of a table of values; `flag` marks what is out of range: it becomes an arrow and weight, never colour alone. */
export interface Cell {
  text: string;
  flag?: 'high' | 'low';
}

export interface DocumentSection {
  /** Coding of the section; the federal dictionary 1.2.643.5.1.13.13.99.2.197 unless `system` says otherwise. */
  code: { code: string; display?: string; system?: string };
  title: string;
  /** What the section says, a paragraph each. Plain text. */
  paragraphs: readonly string[];
  table?: { columns: readonly string[]; rows: readonly (readonly (string | Cell)[])[] };
  /** Who wrote it where it was not the author: «Орлова Т. И., медсестра, 9:05». */
  by?: string;
  /** Conditions, observations, prescriptions, orders that the section stands for. */
  resources?: readonly WithId[];
}

/** A document before it becomes bytes: everything that will be in it, and nothing that is looked up later. */
export interface DocumentContent {
  /** UUID of the document; with corrections each version has its own. */
  id: string;
  /** Kind by the federal dictionary 1.2.643.5.1.13.13.11.1520 unless `system` says otherwise. */
  kind: { code: string; name: string; system?: string };
  title: string;
  language: Language;
  /** When it was written. */
  date: Date;
  /** Zone of the place of care, for the times that people read. */
  zone: string;
  /** FHIR base of this installation, e.g. `https://karta.example/fhir/R4`: full addresses of the entries. */
  base: string;
  patient: WithId<Patient>;
  author: WithId<Practitioner>;
  authorRole?: WithId<PractitionerRole>;
  /** Others who wrote in it, e.g. the nurse. */
  coauthors?: readonly WithId<Practitioner>[];
  organization: WithId<Organization>;
  encounter?: WithId<Encounter>;
  sections: readonly DocumentSection[];
  /** Confidentiality by HL7: N normal, R restricted, V very restricted. */
  confidentiality?: 'N' | 'R' | 'V';
  /** The document that this one corrects: reference of its DocumentReference. */
  replaces?: { reference: string; identifier: string };
}
