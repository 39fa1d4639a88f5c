import type { Questionnaire, QuestionnaireItem } from '@medplum/fhirtypes';
import { loinc, pressurePanel, vitalByCode } from './vitals.ts';

/** What an item of the page is: `entries` hold lists (diagnoses, prescriptions, referrals) whose members are fields `kind:key`. */
export type ItemKind = 'text' | 'line' | 'number' | 'choice' | 'flag' | 'date' | 'vital' | 'diagnoses' | 'prescriptions' | 'referrals' | 'display';

export interface TemplateItem {
  linkId: string;
  label: string;
  kind: ItemKind;
  required: boolean;
  /** Counted from others: nobody types it. */
  calculated: boolean;
  /** LOINC of a vital sign. */
  code?: string;
  unit?: string;
  options: readonly { system?: string; code: string; display: string }[];
  /** What stands in the empty field in grey. */
  hint?: string;
}

export interface TemplateSection {
  linkId: string;
  title: string;
  /** Code of the federal dictionary of sections (1.2.643.5.1.13.13.99.2.197), where the template gives it. */
  code?: string;
  items: readonly TemplateItem[];
}

export interface Template {
  id: string;
  title: string;
  sections: readonly TemplateSection[];
  items: ReadonlyMap<string, TemplateItem>;
  sectionOf: ReadonlyMap<string, TemplateSection>;
}

const sectionDictionary = /1\.2\.643\.5\.1\.13\.13\.99\.2\.197/;
const calculatedExpression = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression';
const unitExtension = 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit';
const entryFormat = 'http://hl7.org/fhir/StructureDefinition/entryFormat';
/** Names the lists in a Questionnaire as data: `diagnoses`, `prescriptions`, `referrals`. */
export const listExtension = 'urn:karta:list';

/** Reads a Questionnaire as the sections of a visit. Groups on top are sections; groups inside them are flattened. Pure. */
export function readTemplate(questionnaire: Questionnaire): Template {
  const top = questionnaire.item ?? [];
  const sections = top.map((item): TemplateSection => {
    const code = item.code?.find((coding) => sectionDictionary.test(coding.system ?? ''))?.code;
    return { linkId: item.linkId, title: item.text ?? item.linkId, ...(code ? { code } : {}), items: item.type === 'group' ? itemsOf(item, undefined) : [asItem(item, undefined)] };
  });
  const items = new Map(sections.flatMap((section) => section.items.map((item) => [item.linkId, item] as const)));
  const sectionOf = new Map(sections.flatMap((section) => section.items.map((item) => [item.linkId, section] as const)));
  return { id: questionnaire.id ?? '', title: questionnaire.title ?? questionnaire.name ?? '', sections, items, sectionOf };
}

function itemsOf(group: QuestionnaireItem, within: string | undefined): TemplateItem[] {
  const list = listOf(group);
  if (list) return [asItem(group, within)];
  return (group.item ?? []).flatMap((item) => (item.type === 'group' ? itemsOf(item, codeOf(item)) : [asItem(item, within)]));
}

function codeOf(item: QuestionnaireItem): string | undefined {
  return item.code?.find((coding) => coding.system === loinc)?.code;
}

function listOf(item: QuestionnaireItem): 'diagnoses' | 'prescriptions' | 'referrals' | undefined {
  const named = item.extension?.find((extension) => extension.url === listExtension);
  const value = named?.valueCode ?? named?.valueString;
  return value === 'diagnoses' || value === 'prescriptions' || value === 'referrals' ? value : undefined;
}

function asItem(item: QuestionnaireItem, within: string | undefined): TemplateItem {
  const list = listOf(item);
  const vital = within === pressurePanel || item.type === 'decimal' || item.type === 'integer' || item.type === 'quantity' ? vitalByCode(codeOf(item)) : undefined;
  const calculated = item.extension?.some((extension) => extension.url === calculatedExpression) ?? false;
  const unit = item.extension?.find((extension) => extension.url === unitExtension)?.valueCoding?.display ?? vital?.unit.ru;
  const hint = item.extension?.find((extension) => extension.url === entryFormat)?.valueString;
  return {
    linkId: item.linkId,
    label: item.text ?? '',
    kind: list ?? (vital ? 'vital' : kindOf(item)),
    required: item.required ?? false,
    calculated: calculated || item.readOnly === true,
    ...(vital ? { code: vital.code } : {}),
    ...(unit ? { unit } : {}),
    ...(hint ? { hint } : {}),
    options: (item.answerOption ?? []).flatMap((option) => {
      if (option.valueCoding) return [{ ...(option.valueCoding.system ? { system: option.valueCoding.system } : {}), code: option.valueCoding.code ?? option.valueCoding.display ?? '', display: option.valueCoding.display ?? option.valueCoding.code ?? '' }];
      return option.valueString ? [{ code: option.valueString, display: option.valueString }] : [];
    }),
  };
}

function kindOf(item: QuestionnaireItem): ItemKind {
  switch (item.type) {
    case 'text':
      return 'text';
    case 'decimal':
    case 'integer':
    case 'quantity':
      return 'number';
    case 'choice':
    case 'open-choice':
      return 'choice';
    case 'boolean':
      return 'flag';
    case 'date':
    case 'dateTime':
      return 'date';
    case 'display':
      return 'display';
    default:
      return 'line';
  }
}

/** Kinds of entries and the lists they stand in. */
export const entryLists = { diagnosis: 'diagnoses', prescription: 'prescriptions', stop: 'prescriptions', referral: 'referrals' } as const;
export type EntryKind = keyof typeof entryLists;

/** `diagnosis:4f…` → `diagnosis`; undefined for an item of the template. */
export function entryKind(linkId: string): EntryKind | undefined {
  const kind = /^(diagnosis|prescription|stop|referral):[A-Za-z0-9-]{1,64}$/.exec(linkId)?.[1];
  return kind as EntryKind | undefined;
}

/** The list item of a kind in the template, where it has one. */
export function listItem(template: Template, list: 'diagnoses' | 'prescriptions' | 'referrals'): TemplateItem | undefined {
  return [...template.items.values()].find((item) => item.kind === list);
}
