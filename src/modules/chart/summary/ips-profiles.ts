import type { CodeableConcept, Coding } from '@medplum/fhirtypes';

export type Json = Record<string, unknown>;

export const ipsBase = 'http://hl7.org/fhir/uv/ips/StructureDefinition/';
const absent = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const unknown = { extension: [{ url: absent, valueCode: 'unknown' }] };
const unknownCode: CodeableConcept = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }] };

export const codesIn = (value: unknown): Coding[] => (value as CodeableConcept | undefined)?.coding ?? [];
const hasCode = (value: unknown, system: string, codes: readonly string[]) => codesIn(value).some((coding) => coding.system === system && codes.includes(coding.code ?? ''));
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
/** An element that may have one of several types: whether it is there, by a value or by what stands beside it. */
const typeIn = (name: string, stem: string): string | undefined => {
  const plain = name.startsWith('_') ? name.slice(1) : name;
  const type = plain.startsWith(stem) ? plain.slice(stem.length) : undefined;
  return type === '' || /^[A-Z]/.test(type ?? '') ? type : undefined;
};
const has = (resource: Json, stem: string) => Object.keys(resource).some((name) => typeIn(name, stem) !== undefined);
const hasOnly = (resource: Json, stem: string, types: readonly string[]) => has(resource, stem) && Object.keys(resource).every((name) => types.includes(typeIn(name, stem) ?? types[0]!));
const refers = (value: unknown) => typeof (value as { reference?: unknown } | undefined)?.reference === 'string';

const loinc = 'http://loinc.org';
const categories = 'http://terminology.hl7.org/CodeSystem/observation-category';
const status = '82810-3';
const dueDates = ['11778-8', '11779-6', '11780-4'];
const outcomes = ['11636-8', '11637-6', '11638-4', '11639-2', '11640-0', '11612-9', '11613-7', '11614-5', '33065-4'];
/** What the profiles of pregnancy (status, expected date, outcome) are told by. */
export const pregnancyCodes: readonly string[] = [status, ...dueDates, ...outcomes];

/** Elements that the guide requires and a card may lack: by their type the date, the code or the part that stands for them. */
const required: Readonly<Record<string, readonly (readonly [stem: string, member: string, filler: unknown])[]>> = {
  Patient: [['name', 'name', [{ _text: unknown }]], ['birthDate', '_birthDate', unknown]],
  Practitioner: [['name', 'name', [unknown]]],
  Organization: [['name', '_name', unknown]],
  AllergyIntolerance: [['code', 'code', unknownCode]],
  Condition: [['code', 'code', unknownCode]],
  Medication: [['code', 'code', unknownCode]],
  Specimen: [['type', 'type', unknownCode]],
  Procedure: [['code', 'code', unknownCode], ['performed', '_performedDateTime', unknown]],
  MedicationStatement: [['effective', '_effectiveDateTime', unknown]],
  DeviceUseStatement: [['timing', '_timingDateTime', unknown]],
  DiagnosticReport: [['effective', '_effectiveDateTime', unknown]],
  Observation: [['effective', '_effectiveDateTime', unknown]],
};

/** `Patient.name` must say who it is: a family name, a given one, or the whole (ips-pat-1). */
const named = (name: Json) => has(name, 'family') || has(name, 'given') || has(name, 'text');

/**
 * The resource with what the guide requires and nobody knows said to be unknown
 * (http://hl7.org/fhir/uv/ips/Empty-Sections-and-Missing-Data.html); what the card holds stands as it was written.
 */
export function completeFor(resource: Json): Json {
  const type = String(resource.resourceType);
  const whole = { ...resource };
  for (const [stem, member, filler] of required[type] ?? []) if (!has(whole, stem)) whole[member] = filler;
  if (type === 'Patient') whole.name = list(whole.name).map((name) => (named(name) ? name : { ...name, _text: unknown }));
  if (type === 'Observation' && isResult(whole)) {
    if (!has(whole, 'performer')) whole.performer = [unknown];
    if (ofCategory(whole, 'laboratory').length > 0 && !['value', 'hasMember', 'component', 'dataAbsentReason'].some((stem) => has(whole, stem))) whole.dataAbsentReason = unknownCode;
  }
  return whole;
}

const ofCategory = ({ category }: Json, code: string) => list(category).filter((one) => hasCode(one, categories, [code]));
const isResult = (resource: Json) => ofCategory(resource, 'laboratory').length > 0 || ofCategory(resource, 'imaging').length > 0;
const without = (resource: Json, ...stems: readonly string[]) => stems.every((stem) => !has(resource, stem));

/** What each profile asks beside its base type of a resource that `completeFor` has completed, for a patient who is completed too. */
const profiles: Readonly<Record<string, readonly (readonly [profile: string, holds: (resource: Json) => boolean])[]>> = {
  Patient: [['Patient-uv-ips', () => true]],
  Practitioner: [['Practitioner-uv-ips', () => true]],
  PractitionerRole: [['PractitionerRole-uv-ips', () => true]],
  Organization: [['Organization-uv-ips', () => true]],
  AllergyIntolerance: [['AllergyIntolerance-uv-ips', ({ patient }) => refers(patient)]],
  Condition: [['Condition-uv-ips', ({ subject }) => refers(subject)]],
  Medication: [['Medication-uv-ips', () => true]],
  MedicationRequest: [['MedicationRequest-uv-ips', ({ subject, doNotPerform }) => refers(subject) && (doNotPerform ?? false) === false]],
  MedicationStatement: [['MedicationStatement-uv-ips', ({ subject }) => refers(subject)]],
  Immunization: [['Immunization-uv-ips', ({ patient }) => refers(patient)]],
  Procedure: [['Procedure-uv-ips', ({ subject }) => refers(subject)]],
  DeviceUseStatement: [['DeviceUseStatement-uv-ips', (resource) => refers(resource.subject) && hasOnly(resource, 'timing', ['DateTime', 'Period'])]],
  DiagnosticReport: [['DiagnosticReport-uv-ips', (resource) => refers(resource.subject) && resource.status !== 'entered-in-error']],
  ImagingStudy: [['ImagingStudy-uv-ips', (resource) => refers(resource.subject) && resource.status !== 'entered-in-error']],
  Flag: [['Flag-alert-uv-ips', (resource) => refers(resource.subject) && resource.status === 'active']],
  Specimen: [['Specimen-uv-ips', ({ subject }) => refers(subject)]],
  Observation: [
    ['Observation-results-laboratory-pathology-uv-ips', (resource) => isSound(resource, 'laboratory') && list(resource.component).every((part) => has(part, 'value') || has(part, 'dataAbsentReason'))],
    ['Observation-results-radiology-uv-ips', (resource) => isSound(resource, 'imaging') && (without(resource, 'hasMember') || without(resource, 'component')) && (typeof resource.effectiveDateTime !== 'string' || resource.effectiveDateTime.length >= 8)],
    ['Observation-tobaccouse-uv-ips', (resource) => isDated(resource, ['72166-2']) && without(resource, 'component')],
    ['Observation-alcoholuse-uv-ips', (resource) => isDated(resource, ['74013-4']) && without(resource, 'component')],
    ['Observation-pregnancy-status-uv-ips', (resource) => isDated(resource, [status]) && without(resource, 'bodySite', 'specimen', 'device', 'referenceRange', 'component') && list(resource.hasMember).every(refers)],
    ['Observation-pregnancy-edd-uv-ips', (resource) => isDated(resource, dueDates) && without(resource, 'bodySite', 'method', 'specimen', 'device', 'referenceRange', 'component')],
    ['Observation-pregnancy-outcome-uv-ips', (resource) => isDated(resource, outcomes) && without(resource, 'bodySite', 'specimen', 'device', 'referenceRange', 'component')],
  ],
};

const isSound = (resource: Json, category: string) => ofCategory(resource, category).length === 1 && resource.status !== 'entered-in-error' && refers(resource.subject) && hasOnly(resource, 'effective', ['DateTime', 'Period']);
const isDated = (resource: Json, codes: readonly string[]) => hasCode(resource.code, loinc, codes) && refers(resource.subject) && hasOnly(resource, 'effective', ['DateTime']);

/** The IPS profiles that hold for a completed resource. */
export function profilesOf(resource: Json): string[] {
  return (profiles[String(resource.resourceType)] ?? []).flatMap(([profile, holds]) => (holds(resource) ? [`${ipsBase}${profile}`] : []));
}

/** The resource as the document holds it: completed, with the IPS profiles that hold, and no other one of them claimed. */
export function conformed(resource: Json): Json {
  const whole = completeFor(resource);
  const { profile, ...meta } = (whole.meta ?? {}) as { profile?: string[] };
  const claimed = [...new Set([...(profile ?? []).filter((url) => !url.startsWith(ipsBase)), ...profilesOf(whole)])];
  const { resourceType, id, meta: _meta, ...rest } = whole;
  return { resourceType, id, ...(claimed.length > 0 || _meta !== undefined ? { meta: { ...meta, ...(claimed.length > 0 && { profile: claimed }) } } : {}), ...rest };
}
