import type { Language } from '../../../kernel/problem.ts';
import { codesIn, pregnancyCodes, type Json } from './ips-profiles.ts';

/** Why a section has no entry, by http://terminology.hl7.org/CodeSystem/list-empty-reason. */
export type EmptyReason = 'notasked' | 'unavailable' | 'withheld';

/** A section of the International Patient Summary (http://hl7.org/fhir/uv/ips/StructureDefinition-Composition-uv-ips.html). */
export interface Section {
  /** LOINC code and its English name. */
  code: string;
  display: string;
  title: Record<Language, string>;
  /** Stands in the summary even where nothing is known: then why. */
  required?: Exclude<EmptyReason, 'withheld'>;
  /** What is looked for: type and criteria beside the patient. */
  queries: readonly (readonly [type: string, criteria: string])[];
  keeps?: (resource: Json) => boolean;
  /** Of what is the same by this, the newest alone stands for all. */
  same?: (resource: Json) => string | undefined;
}

const codesOf = (value: unknown): string[] => codesIn(value).map(({ code }) => code ?? '');
const refuted = (resource: Json) => codesOf(resource.verificationStatus).some((code) => code === 'entered-in-error' || code === 'refuted');
const past = (resource: Json) => codesOf(resource.clinicalStatus).some((code) => ['inactive', 'remission', 'resolved'].includes(code));
const concept = ({ code }: Json): string | undefined => JSON.stringify(code);
/** Two programs name one measurement in different words, and by one code. */
const measured = ({ code }: Json): string | undefined => {
  const codings = codesIn(code);
  const told = codings.find(({ system }) => system === 'http://loinc.org') ?? codings[0];
  return told?.code === undefined ? JSON.stringify(code) : `${told.system ?? ''}|${told.code}`;
};
const final = 'status=final,amended,corrected&_sort=-date';
const advanceDirective = 'http://terminology.hl7.org/CodeSystem/consentscope|adr';

/** In the order of the guide: required, recommended, optional (http://hl7.org/fhir/uv/ips/Structure-of-the-International-Patient-Summary.html). */
export const sections: readonly Section[] = [
  { code: '11450-4', display: 'Problem list - Reported', title: { ru: 'Текущие проблемы', en: 'Problems' }, required: 'unavailable', queries: [['Condition', '']], keeps: (resource) => !refuted(resource) && !past(resource), same: concept },
  { code: '48765-2', display: 'Allergies and adverse reactions Document', title: { ru: 'Аллергии и непереносимость', en: 'Allergies and intolerances' }, required: 'notasked', queries: [['AllergyIntolerance', '']], keeps: (resource) => !refuted(resource) && !past(resource), same: concept },
  { code: '10160-0', display: 'History of Medication use Narrative', title: { ru: 'Принимаемые лекарства', en: 'Medications' }, required: 'unavailable', queries: [['MedicationStatement', 'status=active,intended,on-hold'], ['MedicationRequest', 'status=active,on-hold']], keeps: ({ doNotPerform }) => doNotPerform !== true },
  { code: '11369-6', display: 'History of Immunization note', title: { ru: 'Прививки', en: 'Immunizations' }, queries: [['Immunization', 'status=completed&_sort=-date']] },
  { code: '30954-2', display: 'Relevant diagnostic tests/laboratory data note', title: { ru: 'Результаты исследований', en: 'Results' }, queries: [['Observation', `category=laboratory,imaging&${final}`], ['DiagnosticReport', final]] },
  { code: '47519-4', display: 'History of Procedures Document', title: { ru: 'Операции и процедуры', en: 'Procedures' }, queries: [['Procedure', 'status=completed,in-progress&_sort=-date']] },
  { code: '46264-8', display: 'History of medical device use', title: { ru: 'Медицинские изделия', en: 'Medical devices' }, queries: [['DeviceUseStatement', '']], keeps: ({ status }) => status === 'active' },
  { code: '42348-3', display: 'Advance healthcare directives', title: { ru: 'Распоряжения на будущее', en: 'Advance directives' }, queries: [['Consent', `status=active&scope=${encodeURIComponent(advanceDirective)}`]] },
  { code: '104605-1', display: 'Alert', title: { ru: 'Предупреждения', en: 'Alerts' }, queries: [['Flag', '']], keeps: ({ status }) => status === 'active' },
  { code: '11348-0', display: 'History of Past illness note', title: { ru: 'Перенесённые заболевания', en: 'Past problems' }, queries: [['Condition', '']], keeps: (resource) => !refuted(resource) && past(resource), same: concept },
  { code: '10162-6', display: 'History of pregnancies Narrative', title: { ru: 'Беременности', en: 'Pregnancies' }, queries: [['Observation', `code=${encodeURIComponent(pregnancyCodes.map((code) => `http://loinc.org|${code}`).join(','))}&${final}`]], same: measured },
  { code: '18776-5', display: 'Plan of care note', title: { ru: 'План лечения и наблюдения', en: 'Plan of care' }, queries: [['CarePlan', 'status=active,on-hold'], ['ImmunizationRecommendation', '']] },
  { code: '29762-2', display: 'Social history note', title: { ru: 'Образ жизни', en: 'Social history' }, queries: [['Observation', `category=social-history&${final}`]], keeps: (resource) => !codesOf(resource.code).some((code) => pregnancyCodes.includes(code)), same: measured },
  { code: '8716-3', display: 'Vital signs note', title: { ru: 'Показатели состояния', en: 'Vital signs' }, queries: [['Observation', `category=vital-signs&${final}`]], same: measured },
];
