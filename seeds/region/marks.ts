import type { CodeableConcept, Meta, Reference, Resource } from '@medplum/fhirtypes';
import { compactIcd10, icd10Oid } from '../../src/terminology/compact-icd10.ts';
import { medicineByInn, mnnSystem } from '../../src/terminology/medicines.ts';

/** Every resource of the demo region carries this tag: fictional data, to be told from real at a glance and by a search. */
export const demoMeta: Meta = { tag: [{ system: 'urn:karta:demo', code: 'demo', display: 'Вымышленные данные' }] };

export const systems = {
  snils: 'urn:identity:snils:Patient',
  staffSnils: 'urn:identity:snils:Practitioner',
  enp: 'urn:identity:enp:Patient',
  ogrn: 'urn:identity:ogrn',
  organizationOid: 'urn:identity:frmo',
  card: 'urn:karta:card',
  district: 'urn:karta:district',
  posts: 'urn:oid:1.2.643.5.1.13.13.11.1002',
  specialities: 'urn:oid:1.2.643.5.1.13.13.11.1066',
  icd10: `urn:oid:${icd10Oid}`,
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  snomed: 'http://snomed.info/sct',
} as const;

export function ref<T extends Resource>(reference: string, display?: string): Reference<T> {
  return display === undefined ? { reference } : { reference, display };
}

const icd10 = new Map(compactIcd10().rows.map((row) => [row.code, row.display]));

/** A diagnosis: the official name in the coding, the doctor's words in the text. */
export function diagnosisCode(code: string, text?: string): CodeableConcept {
  const display = icd10.get(code);
  if (display === undefined) throw new Error(`the demo region names ${code}, which the compact МКБ-10 does not have`);
  return { coding: [{ system: systems.icd10, version: compactVersion, code, display }], text: text ?? display };
}
const compactVersion = compactIcd10().version;

export function medicineCode(inn: string): CodeableConcept {
  const medicine = medicineByInn(inn);
  if (medicine === undefined) throw new Error(`the demo region names ${inn}, which the list of medicines does not have`);
  return { coding: [{ system: mnnSystem, code: inn, display: medicine.ru }], text: medicine.ru };
}
