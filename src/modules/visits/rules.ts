import type { Role } from '../../access/context.ts';
import type { Text } from '../screens.ts';
import type { Conflict, DiagnosisValue, Field, FieldValue, Missing, PrescriptionValue } from './contract.ts';
import { entryKind, entryLists, listItem, sectionOfField, type Template, type TemplateItem } from './template.ts';
import { possible } from './vitals.ts';

/** Rules of the visit. Pure: the server obeys them, the page disables with their reasons. What they stand on is reached from here too. */
export type { Role } from '../../access/context.ts';
export * from './edit-questionnaire.ts';
export * from './entry-text.ts';
export * from './template.ts';
export * from './usual-referrals.ts';
export * from './vitals.ts';

type Named = Pick<Field, 'linkId' | 'value' | 'unconfirmed'>;

export function isEmpty(value: FieldValue | null | undefined): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

export function sameValue(a: FieldValue | null | undefined, b: FieldValue | null | undefined): boolean {
  if (isEmpty(a) && isEmpty(b)) return true;
  return a === b || canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const record = value as Record<string, unknown>;
  return `{${Object.keys(record).filter((key) => record[key] !== undefined).sort().map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`).join()}}`;
}

/** Nurses record complaints and measurements and prepare referrals; the rest is the doctor's. */
export function mayEdit(role: Role, linkId: string, template: Template): boolean {
  if (role === 'doctor' || role === 'head') return true;
  if (role !== 'nurse') return false;
  if (entryKind(linkId)) return entryKind(linkId) === 'referral';
  return template.items.get(linkId)?.kind === 'vital' || template.sectionOf.get(linkId)?.linkId === 'complaints';
}

export type ValueFault = 'unknown-field' | 'wrong-kind' | 'impossible-value' | 'calculated';

/** Whether the value may stand in the field at all; what it lacks for the signature is another matter. */
export function valueFault(template: Template, linkId: string, value: FieldValue | null): ValueFault | undefined {
  const kind = entryKind(linkId);
  if (kind) {
    if (!listItem(template, entryLists[kind])) return 'unknown-field';
    return value === null || (typeof value === 'object' && value.kind === kind) ? undefined : 'wrong-kind';
  }
  const item = template.items.get(linkId);
  if (!item || item.kind === 'display' || isList(item)) return 'unknown-field';
  if (item.calculated) return 'calculated';
  return value === null ? undefined : fits(item, value);
}

function isList(item: TemplateItem): boolean {
  return item.kind === 'diagnoses' || item.kind === 'prescriptions' || item.kind === 'referrals';
}

function fits(item: TemplateItem, value: FieldValue): ValueFault | undefined {
  switch (item.kind) {
    case 'vital':
    case 'number':
      if (typeof value !== 'number') return 'wrong-kind';
      return (item.code && !possible(item.code, value)) || value < (item.least ?? -Infinity) || value > (item.most ?? Infinity) || (item.whole && !Number.isInteger(value)) ? 'impossible-value' : undefined;
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'wrong-kind';
    case 'choice':
      return typeof value === 'string' || (typeof value === 'object' && value.kind === 'coding') ? undefined : 'wrong-kind';
    default:
      return typeof value === 'string' ? undefined : 'wrong-kind';
  }
}

export interface StandingField {
  value: FieldValue | null;
  revision: number;
  editor: string;
  sequence: number;
  unconfirmed: boolean;
}

export interface IncomingField {
  value: FieldValue | null;
  baseRevision: number;
  editor: string;
  sequence: number;
  resolves?: boolean | undefined;
}

/**
 * What becomes of a save. The same window's later save replaces its earlier one; a repeated or overtaken save changes nothing; a
 * value equal to what stands is no change; another person's change since `baseRevision` is a conflict: the first stays in the
 * field, the second is kept beside it.
 */
export function judgeSave(standing: StandingField | undefined, incoming: IncomingField): 'saved' | 'unchanged' | 'conflict' | 'late' {
  if (!standing) return isEmpty(incoming.value) && !incoming.resolves ? 'unchanged' : 'saved';
  const own = standing.editor === incoming.editor;
  if (own && incoming.sequence <= standing.sequence) return 'late';
  if (sameValue(standing.value, incoming.value)) return standing.unconfirmed || incoming.resolves ? 'saved' : 'unchanged';
  if (own || incoming.resolves || incoming.baseRevision >= standing.revision) return 'saved';
  // what was emptied since holds nothing that could be lost
  return isEmpty(standing.value) ? 'saved' : 'conflict';
}

/** Rubrics of МКБ-10 that are chronic as a rule: what the course begins with; the doctor says otherwise in one choice. */
const chronicRubrics = /^(A15|B18|B2[0-4]|C\d\d|D5[0-9]|D6[3-4]|E0[0-7]|E1[0-4]|E66|E78|F[0-3]\d|G2\d|G3[0-5]|G4[0-3]|H40|I0[5-9]|I1[0-5]|I20|I25|I4[2-9]|I50|I6[79]|I7[0-3]|I8[03]|J3[0-5]|J4[0-7]|K2[1-9]|K50|K51|K58|K7[0-6]|K80|K86|L2[0-9]|L40|M0[5-9]|M1[0-9]|M4[0-9]|M5[0-4]|M81|N1[1-8]|N2[0-3]|N40|N80)/;

/** With what course a newly chosen diagnosis begins. */
export function usualCourse(code: string, isKnown: boolean): DiagnosisValue['course'] {
  if (isKnown) return 'known-chronic';
  return chronicRubrics.test(code) ? 'new-chronic' : 'acute';
}

const quoted = (label: string) => `«${label}»`;

/** What must be done before the doctor may sign, in the order of the page. */
export function missingBeforeSigning(template: Template, fields: readonly Named[], conflicts: readonly Pick<Conflict, 'linkId'>[] = []): Missing[] {
  const filled = new Map(fields.filter((field) => !isEmpty(field.value)).map((field) => [field.linkId, field]));
  const missing: Missing[] = [];
  const labelOf = (linkId: string): Text => named(template, linkId) ?? { ru: entryLabel(filled.get(linkId)?.value), en: entryLabel(filled.get(linkId)?.value) };
  for (const item of template.items.values()) {
    if (item.kind === 'diagnoses') missing.push(...missingDiagnoses(item, filled));
    else if (item.required && !item.calculated && !isList(item) && !filled.has(item.linkId) && !isSaidOtherwise(template, item, filled)) {
      const label = named(template, item.linkId) ?? item.label;
      missing.push({ linkId: item.linkId, ru: lower(label.ru), en: lower(label.en) });
    }
  }
  for (const [linkId, field] of filled) {
    if (isPrescription(field.value)) missing.push(...missingOfPrescription(linkId, field.value));
    if (field.unconfirmed) missing.push({ linkId, ru: `подтвердить скопированное: ${quoted(labelOf(linkId).ru)}`, en: `confirm what was copied: ${labelOf(linkId).en}` });
  }
  for (const linkId of new Set(conflicts.map((conflict) => conflict.linkId))) {
    missing.push({ linkId, ru: `выбрать из двух записей: ${quoted(labelOf(linkId).ru)}`, en: `choose between two entries: ${labelOf(linkId).en}` });
  }
  return missing;
}

/** A section whose only item bears its name is called by its title: «жалобы». */
function named(template: Template, linkId: string): Text | undefined {
  const label = template.items.get(linkId)?.label;
  return label?.ru ? label : template.sectionOf.get(linkId)?.title;
}

/** Advice in words is not asked for where the plan already holds a prescription or a referral. */
function isSaidOtherwise(template: Template, item: TemplateItem, filled: ReadonlyMap<string, Named>): boolean {
  const section = template.sectionOf.get(item.linkId);
  if (item.kind !== 'text' || !section?.items.some((each) => each.kind === 'prescriptions' || each.kind === 'referrals')) return false;
  return [...filled.keys()].some((linkId) => entryKind(linkId) && sectionOfField(template, linkId) === section);
}

/** «Жалобы» → «жалобы»; abbreviations stay: «АД систолическое», «ЧДД». */
function lower(label: string): string {
  return /^\p{Lu}{2}/u.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1);
}

function missingDiagnoses(item: TemplateItem, filled: ReadonlyMap<string, Named>): Missing[] {
  const diagnoses = [...filled.values()].map((field) => field.value).filter((value) => typeof value === 'object' && value !== null && value.kind === 'diagnosis');
  const main = diagnoses.filter((value) => value.role === 'main');
  if (diagnoses.length === 0) return [{ linkId: item.linkId, ru: 'код диагноза', en: 'a diagnosis with its code' }];
  if (main.length === 0) return [{ linkId: item.linkId, ru: 'основной диагноз', en: 'the main diagnosis' }];
  return main.length > 1 ? [{ linkId: item.linkId, ru: 'один основной диагноз вместо нескольких', en: 'one main diagnosis instead of several' }] : [];
}

function missingOfPrescription(linkId: string, value: PrescriptionValue): Missing[] {
  const name = value.medicine.name;
  const missing: Missing[] = [];
  if (!value.dosage?.trim()) missing.push({ linkId, ru: `доза: ${name}`, en: `dose of ${name}` });
  if (value.warnings.length > 0 && !value.reason?.trim()) missing.push({ linkId, ru: `причина назначения: ${name}`, en: `reason to prescribe ${name}` });
  return missing;
}

function isPrescription(value: FieldValue | null): value is PrescriptionValue {
  return typeof value === 'object' && value !== null && value.kind === 'prescription';
}

function entryLabel(value: FieldValue | null | undefined): string {
  if (typeof value !== 'object' || value === null) return '';
  if (value.kind === 'prescription') return value.medicine.name;
  if (value.kind === 'diagnosis' || value.kind === 'coding') return value.display;
  return value.name;
}
