import type { AccessRule } from '../store/types.ts';
import type { Actor, Role } from './context.ts';

/**
 * The access policy as data: what each role may see and change. What a person sees of a patient depends on his care relations
 * (relations.ts); these rules say what such a relation opens. Nothing else in Karta decides on access.
 */

/** Directories that belong to no patient and that all staff read. */
export const directoryTypes = ['Organization', 'Location', 'Practitioner', 'PractitionerRole', 'Questionnaire', 'ValueSet', 'CodeSystem', 'ConceptMap', 'HealthcareService', 'Schedule', 'Slot'] as const;

/** Directories as a patient reads them: without Practitioner, whose identifiers are the staff's own personal data. */
export const publicDirectoryTypes = ['Organization', 'Location', 'PractitionerRole', 'Questionnaire', 'ValueSet', 'CodeSystem', 'HealthcareService', 'Schedule', 'Slot'] as const;

/** What an administrator keeps in order. */
export const administeredTypes = [...directoryTypes, 'NamingSystem', 'StructureDefinition', 'SearchParameter', 'Endpoint', 'ActivityDefinition', 'PlanDefinition'] as const;

/** The desk's own types. */
export const registryTypes = ['Patient', 'RelatedPerson', 'Coverage', 'Consent', 'Appointment', 'AppointmentResponse', 'Person'] as const;

/** The record itself. Binary is absent on purpose: it follows its document, which the documents module reads first. */
export const clinicalTypes = [
  'AllergyIntolerance', 'Appointment', 'CarePlan', 'CareTeam', 'ClinicalImpression', 'Communication', 'CommunicationRequest', 'Composition', 'Condition', 'Consent', 'Coverage',
  'DetectedIssue', 'Device', 'DeviceRequest', 'DeviceUseStatement', 'DiagnosticReport', 'DocumentManifest', 'DocumentReference', 'Encounter', 'EpisodeOfCare', 'FamilyMemberHistory', 'Flag', 'Goal',
  'ImagingStudy', 'Immunization', 'ImmunizationRecommendation', 'List', 'Media', 'MedicationAdministration', 'MedicationDispense', 'MedicationRequest', 'MedicationStatement', 'NutritionOrder',
  'Observation', 'Procedure', 'Provenance', 'QuestionnaireResponse', 'RelatedPerson', 'RequestGroup', 'RiskAssessment', 'ServiceRequest', 'Specimen', 'SupplyRequest', 'Task', 'VisionPrescription',
] as const;

/** Nurses carry out and record; diagnoses, prescriptions and documents are the doctor's to write. */
export const nursingTypes = [
  'AllergyIntolerance', 'Appointment', 'Communication', 'Consent', 'DiagnosticReport', 'Encounter', 'Flag', 'Immunization', 'List', 'Media', 'MedicationAdministration', 'Observation',
  'Procedure', 'Provenance', 'QuestionnaireResponse', 'RelatedPerson', 'ServiceRequest', 'Specimen', 'Task',
] as const;

/** What a scan of the patient's own paper carries in DocumentReference.category. */
export const paperCopy = { system: 'urn:karta:document-category', code: 'paper-copy', display: 'Копия с бумаги' } as const;

/** Not yet for the patient: a doctor delays until a talk. */
export const delayedLabel = 'urn:karta:label|delayed';
const confidentiality = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
/** Special confidentiality: outside the view of other organisations. */
export const restrictedLabels = [`${confidentiality}|R`, `${confidentiality}|V`] as const;

/** Patients whose record is open to the caller now, as relations.ts has found them. */
export interface OpenRecords {
  /** Care relations of his own: read, and write what the role writes. */
  care: readonly string[];
  /** Overseen without an own part in the care (chief doctor): read only. */
  overseen: readonly string[];
}

const everyone: Pick<AccessRule, 'patients' | 'write'> = { patients: 'all', write: false };

/** What marks a resource as made in the caller's own organisation or by himself; a type without the parameter never matches. */
function ownMarks(actor: Actor): string[] {
  const people = [actor.reference, actor.practitionerRole].filter((reference) => reference !== undefined);
  const marks = ['author', 'asserter', 'recorder', 'performer', 'requester', 'participant'].flatMap((param) => people.map((person) => `${param}=${person}`));
  if (actor.organization) marks.push(...['custodian', 'service-provider', 'organization', 'author', 'performer'].map((param) => `${param}=${actor.organization}`));
  return marks;
}

/** Reading and writing the records of a list of patients: restricted documents only where they are the own organisation's. */
function recordRules(actor: Actor, patients: readonly string[], written: readonly string[]): AccessRule[] {
  if (patients.length === 0) return [];
  const rules = (types: readonly string[], write: boolean): AccessRule[] => [
    { types, patients, write, withoutLabels: restrictedLabels },
    { types, patients, write, withTokens: ownMarks(actor) },
  ];
  // A rule that writes also reads: no type stands in both, so that a statement carries the list of patients once.
  const read = clinicalTypes.filter((type) => !written.includes(type));
  return [...(read.length > 0 ? rules(read, false) : []), ...(written.length > 0 ? rules(written, true) : [])];
}

/** Own bookings at any date: a timetable is read before the records behind it are open. */
function ownBookings(actor: Actor): AccessRule {
  const own = [actor.reference, actor.practitionerRole].filter((reference) => reference !== undefined);
  return { types: ['Appointment'], patients: 'all', write: false, withTokens: own.map((reference) => `actor=${reference}`) };
}

const staffView: readonly AccessRule[] = [
  { types: directoryTypes, ...everyone },
  { types: ['Patient'], ...everyone },
];

/** The rules of a role over the records that are open to this person now. Pure; the order carries no meaning. */
export const policies: Readonly<Record<Role, (actor: Actor, open: OpenRecords) => AccessRule[]>> = {
  registrar: () => [
    ...staffView,
    { types: registryTypes, patients: 'all', write: true },
    { types: ['Slot'], patients: 'all', write: true },
    { types: ['EpisodeOfCare', 'Encounter'], ...everyone },
    { types: ['DocumentReference'], patients: 'all', write: true, withTokens: [`category=${paperCopy.system}|${paperCopy.code}`] },
  ],
  nurse: (actor, open) => [...staffView, ownBookings(actor), ...recordRules(actor, open.care, nursingTypes)],
  doctor: (actor, open) => [...staffView, ownBookings(actor), ...recordRules(actor, open.care, clinicalTypes)],
  head: (actor, open) => [
    ...staffView,
    { types: ['Questionnaire', 'Schedule', 'Slot'], patients: 'all', write: true },
    ownBookings(actor),
    ...recordRules(actor, open.care, clinicalTypes),
    ...recordRules(actor, open.overseen, []),
  ],
  admin: () => [
    { types: directoryTypes, ...everyone },
    { types: administeredTypes, patients: 'all', write: true },
    // Who did what: references only, no name and nothing clinical.
    { types: ['AuditEvent'], ...everyone },
  ],
  // Oversees who opened what, the administrators among them: names of staff, the journal and the origin of what was written; changes nothing.
  auditor: () => [
    { types: directoryTypes, ...everyone },
    { types: ['AuditEvent', 'Provenance'], ...everyone },
  ],
  patient: (actor) => {
    const own = actor.patients ?? [];
    if (own.length === 0) return [{ types: publicDirectoryTypes, ...everyone }];
    return [
      { types: publicDirectoryTypes, ...everyone },
      { types: ['Patient', 'Person', 'AuditEvent', ...clinicalTypes], patients: own, write: false, withoutLabels: [delayedLabel] },
      { types: ['Consent'], patients: own, write: true, withoutLabels: [delayedLabel] },
    ];
  },
  system: () => [{ types: 'all', patients: 'all', write: true }],
};

/** The purpose that a role's ordinary work has (http://terminology.hl7.org/CodeSystem/v3-ActReason). */
export const purposes: Readonly<Record<Role, string>> = {
  registrar: 'HADMIN',
  nurse: 'TREAT',
  doctor: 'TREAT',
  head: 'TREAT',
  admin: 'HADMIN',
  auditor: 'HCOMPL',
  patient: 'PATRQT',
  system: 'SYSDEV',
};
