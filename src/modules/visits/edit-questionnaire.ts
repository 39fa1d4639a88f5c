import type { Element, Extension, Questionnaire, QuestionnaireItem, QuestionnaireItemAnswerOption } from '@medplum/fhirtypes';
import { widgetExtension } from './template.ts';

/** Edits of a template as data. Pure: each answers a new Questionnaire, or the same one where the edit may not be. */
export type FieldKind = 'text' | 'number' | 'choice';
export interface Choice {
  code: string;
  system?: string;
  ru: string;
  en: string;
}
export interface OutlineRow {
  item: QuestionnaireItem;
  depth: number;
  /** Link of the section that it stands in; its own where it is one. */
  section: string;
}

const core = 'http://hl7.org/fhir/StructureDefinition/';
const entryFormat = `${core}entryFormat`;
const listWidgets = ['diagnosis', 'prescriptions', 'referrals'];

/** Links that all templates share: the nurse's check, the copy from visit to visit and what is signed stand on them. */
const shared = /^(complaints|anamnesis|objective|diagnosis|plan|vitals)$|^vitals\.|^objective\.text$|^diagnosis\.(text|code|certainty|character)$|^plan\.(prescriptions|referrals|text|followUp)$/;

export function isShared(linkId: string): boolean {
  return shared.test(linkId);
}

export function linksOf(items: readonly QuestionnaireItem[] | undefined): string[] {
  return (items ?? []).flatMap((item) => [item.linkId, ...linksOf(item.item)]);
}

export const sharedLinks = (questionnaire: Questionnaire): string[] => linksOf(questionnaire.item).filter(isShared);

/** What a person may edit, in order: sections and their fields. What a list's widget draws is its own. */
export function outlineOf(questionnaire: Questionnaire): OutlineRow[] {
  const top = questionnaire.item ?? [];
  const inside = (item: QuestionnaireItem, depth: number, section: string): OutlineRow[] => [{ item, depth, section }, ...(isList(item) ? [] : (item.item ?? []).flatMap((inner) => inside(inner, depth + 1, section)))];
  return top.flatMap((item) => {
    const home = headOf(top, item);
    return inside(item, home === item ? 0 : 1, home.linkId);
  });
}

/** The section that an item on top belongs to: `anamnesis.feeding` → `anamnesis`; itself where it is one. */
function headOf(top: readonly QuestionnaireItem[], item: QuestionnaireItem): QuestionnaireItem {
  return top.find((other) => other !== item && item.linkId.startsWith(`${other.linkId}.`)) ?? item;
}

function isList(item: QuestionnaireItem): boolean {
  return listWidgets.includes(item.extension?.find(({ url }) => url === widgetExtension)?.valueCode ?? '');
}

export function canAddTo(questionnaire: Questionnaire, section: string): boolean {
  const head = questionnaire.item?.find(({ linkId }) => linkId === section);
  return head !== undefined && !isList(head);
}

export function canRemove(questionnaire: Questionnaire, linkId: string): boolean {
  const item = findItem(questionnaire, linkId);
  return item !== undefined && ![linkId, ...linksOf(item.item)].some(isShared);
}

export function findItem(questionnaire: Questionnaire, linkId: string): QuestionnaireItem | undefined {
  const find = (items: readonly QuestionnaireItem[] = []): QuestionnaireItem | undefined => {
    for (const item of items) {
      const found = item.linkId === linkId ? item : find(item.item);
      if (found) return found;
    }
    return undefined;
  };
  return find(questionnaire.item);
}

function changeItem<Q extends Questionnaire>(questionnaire: Q, linkId: string, change: (item: QuestionnaireItem) => QuestionnaireItem): Q {
  const inside = (items: readonly QuestionnaireItem[]): QuestionnaireItem[] => items.map((item) => (item.linkId === linkId ? change(item) : item.item ? { ...item, item: inside(item.item) } : item));
  return { ...questionnaire, item: inside(questionnaire.item ?? []) };
}

/** Words of an item or an option in one language; empty words leave nothing behind (a FHIR string is never empty). */
export function setText<Q extends Questionnaire>(questionnaire: Q, linkId: string, language: 'ru' | 'en', text: string): Q {
  return changeItem(questionnaire, linkId, (item) => {
    const { text: before, _text, ...rest } = item as QuestionnaireItem & { _text?: Element };
    const ru = language === 'ru' ? text : before;
    const element = language === 'en' ? inEnglish(_text, text) : _text;
    return { ...rest, ...(ru?.trim() ? { text: ru } : {}), ...(element ? { _text: element } : {}) };
  });
}

/** As FHIR writes translations (http://hl7.org/fhir/R4/languages.html#ext); other extensions stay. */
function inEnglish(element: Element | undefined, en: string): Element | undefined {
  const others = (element?.extension ?? []).filter((one) => !(one.url === `${core}translation` && one.extension?.some(({ valueCode }) => valueCode === 'en')));
  const translation: Extension[] = en.trim() ? [{ url: `${core}translation`, extension: [{ url: 'lang', valueCode: 'en' }, { url: 'content', valueString: en }] }] : [];
  const extension = [...others, ...translation];
  return extension.length > 0 ? { ...element, extension } : undefined;
}

export function hintOf(item: QuestionnaireItem): string {
  return item.extension?.find(({ url }) => url === entryFormat)?.valueString ?? '';
}

export function setHint<Q extends Questionnaire>(questionnaire: Q, linkId: string, hint: string): Q {
  return changeItem(questionnaire, linkId, ({ extension = [], ...item }) => {
    const all = [...extension.filter(({ url }) => url !== entryFormat), ...(hint.trim() ? [{ url: entryFormat, valueString: hint }] : [])];
    return { ...item, ...(all.length > 0 ? { extension: all } : {}) };
  });
}

export function mayBeRequired(item: QuestionnaireItem): boolean {
  return item.type !== 'display' && item.type !== 'group' && !item.readOnly;
}

export function setRequired<Q extends Questionnaire>(questionnaire: Q, linkId: string, required: boolean): Q {
  return changeItem(questionnaire, linkId, (item) => {
    if (!mayBeRequired(item)) return item;
    const { required: _, ...rest } = item;
    return required ? { ...rest, required } : rest;
  });
}

/** One place up (−1) or down (1) among its own; a section goes with all that belongs to it. */
export function moveItem<Q extends Questionnaire>(questionnaire: Q, linkId: string, by: -1 | 1): Q {
  const top = questionnaire.item ?? [];
  const blocks = new Map<string, QuestionnaireItem[]>();
  for (const item of top) {
    const head = headOf(top, item).linkId;
    blocks.set(head, [...(blocks.get(head) ?? []), item]);
  }
  const heads = [...blocks.keys()];
  if (heads.includes(linkId)) return { ...questionnaire, item: swapped(heads, heads.indexOf(linkId), by).flatMap((head) => blocks.get(head)!) };
  const inside = (items: readonly QuestionnaireItem[]): QuestionnaireItem[] => {
    const at = items.findIndex((item) => item.linkId === linkId);
    if (at >= 0) return swapped(items, at, by);
    return items.map((item) => (item.item ? { ...item, item: inside(item.item) } : item));
  };
  // Behind its section's head an item on top stays behind it.
  return { ...questionnaire, item: [...blocks].flatMap(([, [head, ...rest]]) => [...inside([head!]), ...inside(rest)]) };
}

function swapped<T>(items: readonly T[], at: number, by: -1 | 1): T[] {
  const other = at + by;
  if (other < 0 || other >= items.length) return [...items];
  return items.map((item, index) => (index === at ? items[other]! : index === other ? items[at]! : item));
}

/** A new field at the end of a section. `key` makes its link: links are never used twice, drafts and signed documents keep them. */
export function addField<Q extends Questionnaire>(questionnaire: Q, section: string, kind: FieldKind, key: string, words: { ru: string; en: string }): { questionnaire: Q; linkId: string } | undefined {
  if (!canAddTo(questionnaire, section)) return undefined;
  const taken = new Set(linksOf(questionnaire.item));
  let linkId = `${section}.${key}`;
  for (let n = 2; taken.has(linkId) || isShared(linkId); n += 1) linkId = `${section}.${key}-${n}`;
  const field: QuestionnaireItem = {
    linkId, type: kind === 'number' ? 'decimal' : kind,
    ...(kind === 'choice' ? { answerOption: optionsOf(linkId, [{ code: '1', ru: 'Да', en: 'Yes' }, { code: '2', ru: 'Нет', en: 'No' }]) } : {}),
  };
  const top = questionnaire.item ?? [];
  const head = top.find((item) => item.linkId === section)!;
  const last = top.findLastIndex((item) => headOf(top, item) === head);
  const added = head.type === 'group' ? changeItem(questionnaire, section, (item) => ({ ...item, item: [...(item.item ?? []), field] })) : { ...questionnaire, item: top.toSpliced(last + 1, 0, field) };
  return { questionnaire: setText(setText(added, linkId, 'ru', words.ru), linkId, 'en', words.en), linkId };
}

/** Without the field, groups left empty and conditions that asked for it; a shared one stays. */
export function removeField<Q extends Questionnaire>(questionnaire: Q, linkId: string): Q {
  if (!canRemove(questionnaire, linkId)) return questionnaire;
  const gone = new Set([linkId, ...linksOf(findItem(questionnaire, linkId)?.item)]);
  const inside = (items: readonly QuestionnaireItem[]): QuestionnaireItem[] =>
    items.flatMap(({ enableWhen, enableBehavior, item: inner, ...item }): QuestionnaireItem[] => {
      if (gone.has(item.linkId)) return [];
      const conditions = enableWhen?.filter(({ question }) => !gone.has(question)) ?? [];
      const left = inner && inside(inner);
      if (left?.length === 0) return [];
      return [{ ...item, ...(conditions.length > 0 ? { enableWhen: conditions, ...(enableBehavior ? { enableBehavior } : {}) } : {}), ...(left ? { item: left } : {}) }];
    });
  return { ...questionnaire, item: inside(questionnaire.item ?? []) };
}

/** The choices of an item; undefined where they are not its own (a dictionary) or not coded. */
export function choicesOf(item: QuestionnaireItem): Choice[] | undefined {
  if ((item.type !== 'choice' && item.type !== 'open-choice') || item.answerValueSet) return undefined;
  const options = item.answerOption ?? [];
  if (options.some(({ valueCoding }) => !valueCoding)) return undefined;
  return options.map(({ valueCoding }) => {
    const { code = '', system, display = '', _display } = valueCoding as { code?: string; system?: string; display?: string; _display?: Element };
    const english = _display?.extension?.find((one) => one.extension?.some(({ valueCode }) => valueCode === 'en'))?.extension?.find(({ url }) => url === 'content')?.valueString;
    return { code, ...(system ? { system } : {}), ru: display, en: english ?? '' };
  });
}

export function setChoices<Q extends Questionnaire>(questionnaire: Q, linkId: string, choices: readonly Choice[]): Q {
  if (choices.length === 0) return questionnaire;
  return changeItem(questionnaire, linkId, (item) => (choicesOf(item) ? { ...item, answerOption: optionsOf(linkId, choices) } : item));
}

/** A code that none of them has. */
export function nextCode(choices: readonly Choice[]): string {
  let n = choices.length + 1;
  while (choices.some(({ code }) => code === String(n))) n += 1;
  return String(n);
}

function optionsOf(linkId: string, choices: readonly Choice[]): QuestionnaireItemAnswerOption[] {
  return choices.map(({ code, system, ru, en }) => {
    const english = inEnglish(undefined, en);
    return { valueCoding: { system: system ?? `urn:karta:answer:${linkId}`, code, ...(ru.trim() ? { display: ru } : {}), ...(english ? { _display: english } : {}) } };
  });
}

/** Fields without Russian words, or with a choice without them: nobody could read the document. */
export function unnamed(questionnaire: Questionnaire): string[] {
  return outlineOf(questionnaire).flatMap(({ item }) => (!item.text?.trim() || choicesOf(item)?.some(({ ru }) => !ru.trim()) ? [item.linkId] : []));
}
