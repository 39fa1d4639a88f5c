import type { CodeableConcept, Quantity, Reference } from '@medplum/fhirtypes';
import type { Language } from '../../../kernel/problem.ts';
import type { Json } from './ips-profiles.ts';

const conceptText = (value: unknown): string => {
  const { text, coding = [] } = (value ?? {}) as CodeableConcept;
  return text ?? coding.find(({ display }) => display)?.display ?? coding[0]?.code ?? '';
};
/** A number with the digits that it was written with, where they were kept (`parseExactly`). */
const digits = (value: unknown): string => String((value as { rawJSON?: string }).rawJSON ?? value);
const quantityText = ({ value, unit, code }: Quantity): string => [value === undefined ? undefined : digits(value), unit ?? code].filter((part) => part !== undefined).join('\u00a0');
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** A day as people write it; empty where there is none. */
export function dayText(value: unknown, language: Language): string {
  const day = typeof value === 'string' ? /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(value) : null;
  if (!day) return '';
  const parts = day.slice(1).filter((part) => part !== undefined);
  return language === 'ru' ? parts.reverse().join('.') : parts.join('-');
}

/** One line of a section for people: what, how much, when. Plain text; the caller escapes. `referred` finds what a reference leads to. */
export function lineOf(resource: Json, language: Language, referred: (reference: string) => Json | undefined): string {
  const what = whatOf(resource, referred) || (language === 'ru' ? 'Без названия' : 'Unnamed');
  const parts = list(resource.component).map((part) => `${conceptText(part.code)}\u00a0— ${valueText(part, language)}`);
  const dosage = list(resource.dosageInstruction ?? resource.dosage).map(({ text }) => text).filter(Boolean).join('; ');
  const conclusion = typeof resource.conclusion === 'string' ? resource.conclusion : '';
  const period = (resource.effectivePeriod ?? resource.performedPeriod ?? resource.timingPeriod ?? resource.onsetPeriod ?? resource.period) as { start?: string } | undefined;
  const when = dayText(resource.effectiveDateTime ?? resource.onsetDateTime ?? resource.occurrenceDateTime ?? resource.performedDateTime ?? resource.timingDateTime ?? resource.authoredOn ?? period?.start ?? resource.recordedDate ?? resource.date ?? resource.dateTime, language);
  const said = [what, valueText(resource, language), parts.join(', '), dosage, conclusion].filter((part) => part !== '').join(': ');
  return when === '' ? said : `${said} (${when})`;
}

function whatOf(resource: Json, referred: (reference: string) => Json | undefined): string {
  const own = conceptText(resource.code ?? resource.medicationCodeableConcept ?? resource.vaccineCode);
  if (own !== '') return own;
  const { reference, display } = (resource.medicationReference ?? resource.device ?? {}) as Reference;
  if (display) return display;
  const there = reference === undefined ? undefined : referred(reference);
  if (there) return conceptText(there.code ?? there.type) || list(there.deviceName).map(({ name }) => name).join(', ');
  if (typeof resource.title === 'string') return resource.title;
  if (typeof resource.description === 'string') return resource.description;
  const named = [...list(resource.category), ...list(resource.recommendation).flatMap(({ vaccineCode }) => list(vaccineCode))].map(conceptText);
  return named.filter((text) => text !== '').join(', ');
}

function valueText(of: Json, language: Language): string {
  if (of.valueQuantity) return quantityText(of.valueQuantity);
  if (of.valueCodeableConcept) return conceptText(of.valueCodeableConcept);
  if (typeof of.valueDateTime === 'string') return dayText(of.valueDateTime, language);
  const plain = of.valueString ?? of.valueInteger;
  return plain === undefined ? '' : digits(plain);
}
