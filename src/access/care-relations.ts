import type { Resource } from '@medplum/fhirtypes';
import type { Actor, Role } from './context.ts';

/**
 * Where a care relation comes from: the FHIR resources that open a patient's record to a member of staff, as data. Each source is a
 * search; `narrow` is the parameter that limits it to one patient.
 */

export type RelationKind = 'booking' | 'visit' | 'case' | 'referral' | 'attachment' | 'clinic-booking' | 'clinic-visit' | 'clinic-attachment' | 'break-glass' | 'merged';

/** Days before a booking on which the record opens, and after it on which it stays open. */
export const bookingWindow = { doctor: { before: 1, after: 30 }, clinic: { before: 1, after: 7 } } as const;
/** Days after a visit on which its record stays open to the one who held it, and to the chief doctor of the clinic. */
export const visitWindow = { doctor: 365, clinic: 7, head: 365 } as const;

const day = 24 * 60 * 60 * 1000;

export interface RelationSource {
  kind: RelationKind;
  /** `care` opens reading and writing, `overseen` reading only. */
  level: 'care' | 'overseen';
  type: 'Appointment' | 'Encounter' | 'EpisodeOfCare' | 'ServiceRequest' | 'Patient';
  narrow: 'patient' | '_id';
  /** Search queries, the limit to a patient left out; several where a list of references was cut in pieces. */
  queries(actor: Actor, now: Date, colleagues: readonly string[]): string[];
}

const date = (now: Date, days: number): string => new Date(now.getTime() + days * day).toISOString();
const own = (actor: Actor): string => [actor.reference, actor.practitionerRole].filter((reference) => reference !== undefined).join(',');
const kept = 'status=booked,arrived,checked-in,fulfilled,pending,proposed';
const held = 'status=planned,arrived,triaged,in-progress,onleave,finished';

function pieces(list: readonly string[], size = 50): string[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size).join(','));
}

const ownSources: readonly RelationSource[] = [
  {
    kind: 'booking', level: 'care', type: 'Appointment', narrow: 'patient',
    queries: (actor, now) => [`actor=${own(actor)}&${kept}&date=ge${date(now, -bookingWindow.doctor.after)}&date=le${date(now, bookingWindow.doctor.before)}`],
  },
  {
    kind: 'visit', level: 'care', type: 'Encounter', narrow: 'patient',
    queries: (actor, now) => [`participant=${actor.reference}&${held}&date=ge${date(now, -visitWindow.doctor)}`],
  },
  { kind: 'case', level: 'care', type: 'EpisodeOfCare', narrow: 'patient', queries: (actor) => [`care-manager=${actor.reference}&status=active,onhold,planned`] },
  { kind: 'referral', level: 'care', type: 'ServiceRequest', narrow: 'patient', queries: (actor) => [`performer=${own(actor)}&status=active`] },
  { kind: 'attachment', level: 'care', type: 'Patient', narrow: '_id', queries: (actor) => (actor.practitionerRole ? [`general-practitioner=${actor.practitionerRole}`] : []) },
];

const clinicSources: readonly RelationSource[] = [
  {
    // Appointment has no parameter for an organisation: the clinic's posts stand for it.
    kind: 'clinic-booking', level: 'care', type: 'Appointment', narrow: 'patient',
    queries: (_, now, colleagues) => pieces(colleagues).map((list) => `actor=${list}&${kept}&date=ge${date(now, -bookingWindow.clinic.after)}&date=le${date(now, bookingWindow.clinic.before)}`),
  },
  {
    kind: 'clinic-visit', level: 'care', type: 'Encounter', narrow: 'patient',
    queries: (actor, now) => (actor.organization ? [`service-provider=${actor.organization}&${held}&date=ge${date(now, -visitWindow.clinic)}`] : []),
  },
];

const overseenSources: readonly RelationSource[] = [
  { kind: 'clinic-attachment', level: 'overseen', type: 'Patient', narrow: '_id', queries: (actor) => (actor.organization ? [`organization=${actor.organization}`] : []) },
  {
    kind: 'clinic-visit', level: 'overseen', type: 'Encounter', narrow: 'patient',
    queries: (actor, now) => (actor.organization ? [`service-provider=${actor.organization}&${held}&date=ge${date(now, -visitWindow.head)}`] : []),
  },
  ...clinicSources.filter((source) => source.kind === 'clinic-booking').map((source) => ({ ...source, level: 'overseen' as const })),
];

export const relationSources: Readonly<Record<Role, readonly RelationSource[]>> = {
  doctor: ownSources,
  nurse: [...clinicSources, ...ownSources.filter((source) => source.kind === 'booking' || source.kind === 'visit')],
  head: [...ownSources, ...overseenSources],
  registrar: [],
  admin: [],
  auditor: [],
  patient: [],
  system: [],
};

/** Types whose change may open or close a record. */
export const relationTypes: ReadonlySet<string> = new Set(['Appointment', 'Encounter', 'EpisodeOfCare', 'ServiceRequest', 'Patient']);

/** Ids of the patients that a resource names, and the instant that explains the relation to a person. */
export function relationIn(resource: Resource): { patients: string[]; at: string | undefined } {
  switch (resource.resourceType) {
    case 'Appointment':
      return { patients: resource.participant.flatMap((one) => patientId(one.actor?.reference)), at: resource.start };
    case 'Encounter':
      return { patients: patientId(resource.subject?.reference), at: resource.period?.start };
    case 'EpisodeOfCare':
      return { patients: patientId(resource.patient.reference), at: resource.period?.start };
    case 'ServiceRequest':
      return { patients: patientId(resource.subject.reference), at: resource.authoredOn };
    case 'Patient':
      return { patients: resource.id ? [resource.id] : [], at: undefined };
    default:
      return { patients: [], at: undefined };
  }
}

function patientId(reference: string | undefined): string[] {
  return reference?.startsWith('Patient/') ? [reference.slice('Patient/'.length).split('/')[0]!] : [];
}
