/**
 * Which search parameter of a type stands in the row's own columns `code`, `date_lo`/`date_hi`: the ones that most searches of this type
 * drive on. Every other parameter lies in the tokens and the narrow tables.
 */
const mainDates: Readonly<Record<string, string>> = {
  AllergyIntolerance: 'date',
  Appointment: 'date',
  AuditEvent: 'date',
  CarePlan: 'date',
  Claim: 'created',
  Communication: 'sent',
  Composition: 'date',
  Condition: 'onset-date',
  Consent: 'date',
  DiagnosticReport: 'date',
  DocumentReference: 'date',
  Encounter: 'date',
  EpisodeOfCare: 'date',
  ExplanationOfBenefit: 'created',
  ImagingStudy: 'started',
  Immunization: 'date',
  MedicationAdministration: 'effective-time',
  MedicationDispense: 'whenhandedover',
  MedicationRequest: 'authoredon',
  MedicationStatement: 'effective',
  Observation: 'date',
  Patient: 'birthdate',
  Procedure: 'date',
  Provenance: 'recorded',
  QuestionnaireResponse: 'authored',
  ServiceRequest: 'authored',
  Slot: 'start',
  Task: 'authored-on',
};

export function mainDateParam(type: string): string | undefined {
  return mainDates[type];
}

export const mainCodeParam = 'code';

/**
 * Types whose `patient` or `subject` is one reference, so that it names the row's compartment. Where several patients may stand
 * (Appointment, Group, Provenance, Person) the reference token drives instead.
 */
const several = new Set(['Account', 'Appointment', 'AppointmentResponse', 'AuditEvent', 'Group', 'List', 'Person', 'Provenance', 'ResearchSubject', 'Schedule', 'Patient']);

export function isCompartmentParam(type: string, param: string): boolean {
  return !several.has(type) && (param === 'patient' || param === 'subject' || (param === 'beneficiary' && type === 'Coverage'));
}
