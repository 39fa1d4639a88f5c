import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Language } from '../kernel/problem.ts';
import type { KnownProfiles, Reader, Scope, WriteOperation, WriteOptions, WriteResult } from '../store/types.ts';
import type { Sql } from '../db/types.ts';

export const roles = ['registrar', 'nurse', 'doctor', 'head', 'admin', 'auditor', 'patient', 'system'] as const;
export type Role = (typeof roles)[number];

/** Who is asking: a signed-in person, a service client, or Karta itself in a job. */
export interface Actor {
  /** FHIR reference: `Practitioner/…`, `Patient/…`, `Device/…`. */
  reference: string;
  role: Role;
  /** PractitionerRole of staff: post, speciality, workplace. */
  practitionerRole?: string;
  /** Organization of staff. */
  organization?: string;
  /** Own card and those of children, for `patient`. */
  patients?: readonly string[];
  /** As people write it: «Соколова А. В.». For screens only, never for logs. */
  name: string;
}

/** The store as this caller may use it: the scope is bound. */
export interface CallerStore extends Reader {
  /** Holds a resource against what this installation knows; see the store. */
  readonly profiles: KnownProfiles;
  write(operations: readonly WriteOperation[], options?: WriteOptions): Promise<WriteResult[]>;
}

/** The explicit first argument of every action and every read of a module. */
export interface Ctx {
  readonly actor: Actor;
  /** Why the data is read: `TREAT`, `HADMIN`, `PATRQT`, `SYSDEV`, `BTG` (http://terminology.hl7.org/CodeSystem/v3-ActReason). */
  readonly purpose: string;
  readonly scope: Scope;
  readonly store: CallerStore;
  /** Direct SQL on a module's own tables; only its `tables.ts` uses it. */
  readonly sql: Sql;
  readonly log: Log;
  readonly clock: Clock;
  readonly now: Date;
  readonly language: Language;
  /** The same request on behalf of Karta itself, for what the caller may cause but not read. */
  asSystem(): Ctx;
}
