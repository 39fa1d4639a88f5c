import type { Coding, Element, Extension, Questionnaire, QuestionnaireItem } from '@medplum/fhirtypes';
import type { Text } from '../screens.ts';
import { loinc, vitalByCode } from './vitals.ts';

/** What an item of the page is: lists (diagnoses, prescriptions, referrals) have members that are fields of their own, `kind:key`. */
export type ItemKind = 'text' | 'line' | 'number' | 'choice' | 'flag' | 'date' | 'vital' | ListKind | 'display';
export type ListKind = 'diagnoses' | 'prescriptions' | 'referrals';

export interface TemplateItem {
  linkId: string;
  label: Text;
  kind: ItemKind;
  required: boolean;
  /** FHIRPath that counts it from others: nobody types it. */
  calculated?: string;
  /** FHIRPath that proposes its first content. */
  initial?: string;
  /** LOINC of what is measured. */
  code?: string;
  unit?: { code: string; text: string };
  /** What may be typed: beyond it is a slip of the hand. */
  least?: number;
  most?: number;
  whole?: boolean;
  options: readonly { system?: string; code: string; display: Text }[];
  /** What stands in the empty field in grey. */
  hint?: string;
}

export interface TemplateSection {
  linkId: string;
  title: Text;
  items: readonly TemplateItem[];
}

export interface Template {
  id: string;
  title: Text;
  sections: readonly TemplateSection[];
  items: ReadonlyMap<string, TemplateItem>;
  sectionOf: ReadonlyMap<string, TemplateSection>;
}

type WithText = QuestionnaireItem & { _text?: Element };

const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';
const core = 'http://hl7.org/fhir/StructureDefinition/';
/** Which widget draws an item: `diagnosis`, `prescriptions`, `referrals`, `vitals` … */
export const widgetExtension = 'urn:karta:widget';

const lists: Readonly<Record<string, ListKind>> = { diagnosis: 'diagnoses', prescriptions: 'prescriptions', referrals: 'referrals' };

/**
 * Reads a Questionnaire as the sections of a visit. What stands on top is a section; groups inside are flattened; an item on top
 * whose link begins with a section's (`anamnesis.feeding`) belongs to it. Pure.
 */
export function readTemplate(questionnaire: Questionnaire): Template {
  const sections: { linkId: string; title: Text; items: TemplateItem[] }[] = [];
  for (const item of questionnaire.item ?? []) {
    const items = item.type === 'group' && !listOf(item) ? itemsOf(item) : [asItem(item)];
    const home = sections.find((section) => item.linkId.startsWith(`${section.linkId}.`));
    if (home) home.items.push(...items);
    else sections.push({ linkId: item.linkId, title: labelOf(item), items });
  }
  const title = (questionnaire as { _title?: Element })._title;
  return {
    id: questionnaire.id ?? '',
    title: inBoth(questionnaire.title ?? questionnaire.name ?? '', title),
    sections,
    items: new Map(sections.flatMap((section) => section.items.map((item) => [item.linkId, item] as const))),
    sectionOf: new Map(sections.flatMap((section) => section.items.map((item) => [item.linkId, section] as const))),
  };
}

function itemsOf(group: QuestionnaireItem): TemplateItem[] {
  return (group.item ?? []).flatMap((item) => (item.type === 'group' && !listOf(item) ? itemsOf(item) : [asItem(item)]));
}

function extensionOf(item: { extension?: Extension[] }, url: string): Extension | undefined {
  return item.extension?.find((extension) => extension.url === url);
}

function listOf(item: QuestionnaireItem): ListKind | undefined {
  return lists[extensionOf(item, widgetExtension)?.valueCode ?? ''];
}

/** Translations as FHIR writes them (http://hl7.org/fhir/R4/languages.html#ext). */
function inBoth(ru: string, element: Element | undefined): Text {
  const english = element?.extension?.find((extension) => extension.url === `${core}translation` && extension.extension?.some((part) => part.valueCode === 'en'));
  return { ru, en: english?.extension?.find((part) => part.url === 'content')?.valueString ?? ru };
}

function labelOf(item: QuestionnaireItem): Text {
  return inBoth(item.text ?? '', (item as WithText)._text);
}

function asItem(item: QuestionnaireItem): TemplateItem {
  const code = item.code?.find((coding) => coding.system === loinc)?.code;
  const list = listOf(item);
  const kind = list ?? (isNumber(item) && vitalByCode(code) ? 'vital' : kindOf(item));
  const expression = (name: string) => extensionOf(item, `${sdc}${name}`)?.valueExpression?.expression;
  const calculated = expression('calculatedExpression');
  const initial = expression('initialExpression');
  const unit = extensionOf(item, `${core}questionnaire-unit`)?.valueCoding;
  const least = extensionOf(item, `${core}minValue`);
  const most = extensionOf(item, `${core}maxValue`);
  const hint = extensionOf(item, `${core}entryFormat`)?.valueString;
  return {
    linkId: item.linkId,
    label: labelOf(item),
    kind,
    required: item.required ?? false,
    ...(calculated ? { calculated } : {}),
    ...(initial ? { initial } : {}),
    ...(code && isNumber(item) ? { code } : {}),
    ...(unit?.code ? { unit: { code: unit.code, text: unit.display ?? unit.code } } : {}),
    ...(least ? { least: least.valueInteger ?? least.valueDecimal! } : {}),
    ...(most ? { most: most.valueInteger ?? most.valueDecimal! } : {}),
    ...(item.type === 'integer' ? { whole: true } : {}),
    ...(hint ? { hint } : {}),
    options: (item.answerOption ?? []).flatMap((option) => {
      const coding: (Coding & { _display?: Element }) | undefined = option.valueCoding;
      if (coding) return [{ ...(coding.system ? { system: coding.system } : {}), code: coding.code ?? coding.display ?? '', display: inBoth(coding.display ?? coding.code ?? '', coding._display) }];
      return option.valueString ? [{ code: option.valueString, display: { ru: option.valueString, en: option.valueString } }] : [];
    }),
  };
}

function isNumber(item: QuestionnaireItem): boolean {
  return item.type === 'decimal' || item.type === 'integer' || item.type === 'quantity';
}

function kindOf(item: QuestionnaireItem): ItemKind {
  if (isNumber(item)) return 'number';
  switch (item.type) {
    case 'text':
      return 'text';
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
  return /^(diagnosis|prescription|stop|referral):[A-Za-z0-9-]{1,64}$/.exec(linkId)?.[1] as EntryKind | undefined;
}

/** The list item of a kind in the template, where it has one. */
export function listItem(template: Template, list: ListKind): TemplateItem | undefined {
  return [...template.items.values()].find((item) => item.kind === list);
}

/** The section's own text (`objective.text`), not one of the small ones beside it (ЭКГ); undefined where it has none. */
export function mainText(section: TemplateSection): TemplateItem | undefined {
  const texts = section.items.filter((item) => item.kind === 'text');
  return texts.find((item) => item.linkId === `${section.linkId}.text` || item.linkId === section.linkId) ?? texts[0];
}

/** The section that a field stands in, entries included. */
export function sectionOfField(template: Template, linkId: string): TemplateSection | undefined {
  const kind = entryKind(linkId);
  const item = kind && listItem(template, entryLists[kind]);
  return template.sectionOf.get(item?.linkId ?? linkId);
}
