import type { CodeableConcept, Quantity } from '@medplum/fhirtypes';
import type { Language } from '../../../kernel/problem.ts';

type Json = Record<string, unknown>;

/** A section of the International Patient Summary (http://hl7.org/fhir/uv/ips/StructureDefinition-Composition-uv-ips.html). */
export interface Section {
  /** LOINC code and its English name. */
  code: string;
  display: string;
  title: Record<Language, string>;
  /** Stands in the summary even where there is nothing: then why, by http://terminology.hl7.org/CodeSystem/list-empty-reason. */
  required?: 'notasked' | 'unavailable';
  /** What is looked for: type and criteria beside the patient. */
  queries: readonly (readonly [type: string, criteria: string])[];
  keeps?: (resource: Json) => boolean;
}

const codesOf = (value: unknown): string[] => (((value as CodeableConcept | undefined)?.coding ?? []) as { code?: string }[]).flatMap(({ code }) => code ?? []);
const refuted = (resource: Json) => codesOf(resource.verificationStatus).some((code) => code === 'entered-in-error' || code === 'refuted');
const past = (resource: Json) => codesOf(resource.clinicalStatus).some((code) => ['inactive', 'remission', 'resolved'].includes(code));

export const sections: readonly Section[] = [
  { code: '10160-0', display: 'History of Medication use Narrative', title: { ru: 'Принимаемые лекарства', en: 'Medications' }, required: 'unavailable', queries: [['MedicationStatement', 'status=active,intended,on-hold'], ['MedicationRequest', 'status=active,on-hold']] },
  { code: '48765-2', display: 'Allergies and adverse reactions Document', title: { ru: 'Аллергии и непереносимость', en: 'Allergies and intolerances' }, required: 'notasked', queries: [['AllergyIntolerance', '']], keeps: (resource) => !refuted(resource) && !past(resource) },
  { code: '11450-4', display: 'Problem list - Reported', title: { ru: 'Текущие проблемы', en: 'Problems' }, required: 'unavailable', queries: [['Condition', '']], keeps: (resource) => !refuted(resource) && !past(resource) },
  { code: '11369-6', display: 'History of Immunization Narrative', title: { ru: 'Прививки', en: 'Immunizations' }, queries: [['Immunization', 'status=completed']] },
  { code: '47519-4', display: 'History of Procedures Document', title: { ru: 'Операции и процедуры', en: 'Procedures' }, queries: [['Procedure', 'status=completed,in-progress']] },
  { code: '46264-8', display: 'History of medical device use', title: { ru: 'Медицинские изделия', en: 'Medical devices' }, queries: [['DeviceUseStatement', '']], keeps: ({ status }) => status === 'active' },
  { code: '30954-2', display: 'Relevant diagnostic tests/laboratory data Narrative', title: { ru: 'Результаты исследований', en: 'Results' }, queries: [['Observation', 'category=laboratory,imaging&status=final,amended,corrected&_sort=-date'], ['DiagnosticReport', 'status=final,amended,corrected&_sort=-date']] },
  { code: '8716-3', display: 'Vital signs', title: { ru: 'Показатели состояния', en: 'Vital signs' }, queries: [['Observation', 'category=vital-signs&status=final,amended,corrected&_sort=-date']] },
  { code: '11348-0', display: 'History of Past illness Narrative', title: { ru: 'Перенесённые заболевания', en: 'Past illness' }, queries: [['Condition', '']], keeps: (resource) => !refuted(resource) && past(resource) },
];

const conceptText = (value: unknown): string => {
  const { text, coding = [] } = (value ?? {}) as CodeableConcept;
  return text ?? coding.find(({ display }) => display)?.display ?? coding[0]?.code ?? '';
};
const quantityText = ({ value, unit, code }: Quantity): string => [value, unit ?? code].filter((part) => part !== undefined).join('\u00a0');
const dayText = (value: unknown, language: Language): string => {
  const day = typeof value === 'string' ? /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(value) : null;
  if (!day) return '';
  const parts = day.slice(1).filter((part) => part !== undefined);
  return language === 'ru' ? parts.reverse().join('.') : parts.join('-');
};

/** One line of a section for people: what, how much, when. Plain text; the caller escapes. */
export function lineOf(resource: Json, language: Language): string {
  const named = (resource.medicationReference ?? resource.device) as { display?: string } | undefined;
  const what = conceptText(resource.code ?? resource.medicationCodeableConcept ?? resource.vaccineCode) || (named?.display ?? '');
  const parts = ((resource.component ?? []) as Json[]).map((part) => `${conceptText(part.code)}\u00a0— ${valueText(part)}`);
  const dosage = ((resource.dosageInstruction ?? resource.dosage ?? []) as { text?: string }[]).map(({ text }) => text).filter(Boolean).join('; ');
  const when = dayText(resource.effectiveDateTime ?? resource.onsetDateTime ?? resource.occurrenceDateTime ?? resource.performedDateTime ?? resource.authoredOn ?? (resource.effectivePeriod as { start?: string } | undefined)?.start ?? resource.recordedDate, language);
  const said = [what || (language === 'ru' ? 'Без названия' : 'Unnamed'), valueText(resource), parts.join(', '), dosage].filter((part) => part !== '').join(': ');
  return when === '' ? said : `${said} (${when})`;
}

function valueText(of: Json): string {
  if (of.valueQuantity) return quantityText(of.valueQuantity);
  if (of.valueCodeableConcept) return conceptText(of.valueCodeableConcept);
  return typeof of.valueString === 'string' ? of.valueString : '';
}
