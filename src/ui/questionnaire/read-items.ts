/** Reads a FHIR R4 Questionnaire as a document: sections, and in them runs of short fields and blocks of text. Pure. */
import type { Element, Extension, Questionnaire, QuestionnaireItem } from '@medplum/fhirtypes';
import type { Language } from '../../kernel/problem.ts';

const core = 'http://hl7.org/fhir/StructureDefinition/';
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';

export type Item = QuestionnaireItem;

export interface Section {
  linkId: string;
  item: Item;
  items: readonly Item[];
}

/** What stands in one line of the document: short fields one after the other, or one block. */
export type Row = { kind: 'run'; parts: readonly Part[] } | { kind: 'block'; item: Item };
/** A field, or two said as one: «АД 158/94». */
export type Part = { kind: 'one'; item: Item } | { kind: 'pair'; first: Item; second: Item };

export function extensionOf(item: { extension?: Extension[] }, url: string): Extension | undefined {
  return item.extension?.find((extension) => extension.url === url);
}

/** A text in the wanted language, as FHIR writes translations (http://hl7.org/fhir/R4/languages.html#ext). */
export function translated(text: string | undefined, element: Element | undefined, language: Language): string {
  if (language === 'ru') return text ?? '';
  const found = element?.extension?.find((extension) => extension.url === `${core}translation` && extension.extension?.some((part) => part.url === 'lang' && part.valueCode === language));
  return found?.extension?.find((part) => part.url === 'content')?.valueString ?? text ?? '';
}

export function labelOf(item: Item, language: Language): string {
  return translated(item.text, (item as Item & { _text?: Element })._text, language);
}

export function titleOf(questionnaire: Questionnaire, language: Language): string {
  return translated(questionnaire.title, (questionnaire as Questionnaire & { _title?: Element })._title, language);
}

/** Which widget draws the item (`urn:karta:widget`). */
export function widgetOf(item: Item): string | undefined {
  return extensionOf(item, 'urn:karta:widget')?.valueCode;
}

/** The unit as shown; its UCUM code. */
export function unitOf(item: Item): { text: string; code: string | undefined; system: string | undefined } | undefined {
  const coding = extensionOf(item, `${core}questionnaire-unit`)?.valueCoding;
  return coding ? { text: coding.display ?? coding.code ?? '', code: coding.code, system: coding.system } : undefined;
}

/** What may be typed; beyond it is a slip of the hand. */
export function boundsOf(item: Item): { least: number | undefined; most: number | undefined } {
  const bound = (name: string) => {
    const extension = extensionOf(item, `${core}${name}`);
    return extension?.valueInteger ?? extension?.valueDecimal;
  };
  return { least: bound('minValue'), most: bound('maxValue') };
}

export function hintOf(item: Item): string | undefined {
  return extensionOf(item, `${core}entryFormat`)?.valueString;
}

/** Counted from others (SDC calculatedExpression) or fixed: shown quietly, typed by nobody. */
export function isQuiet(item: Item): boolean {
  return item.readOnly === true || extensionOf(item, `${sdc}calculatedExpression`) !== undefined;
}

/** An item on top opens a section; one whose link begins with a section's (`anamnesis.feeding`) belongs to it. Groups inside are opened up unless a widget draws them. */
export function sectionsOf(questionnaire: Questionnaire, drawn: ReadonlySet<string> = new Set()): Section[] {
  const sections: { linkId: string; item: Item; items: Item[] }[] = [];
  for (const item of questionnaire.item ?? []) {
    const items = leavesOf(item, drawn);
    const home = sections.find((section) => item.linkId.startsWith(`${section.linkId}.`));
    if (home) home.items.push(...items);
    else sections.push({ linkId: item.linkId, item, items });
  }
  return sections;
}

function leavesOf(item: Item, drawn: ReadonlySet<string>): Item[] {
  if (item.type !== 'group' || drawn.has(widgetOf(item) ?? '')) return [item];
  return (item.item ?? []).flatMap((inner) => {
    const conditions = [...(item.enableWhen ?? []), ...(inner.enableWhen ?? [])];
    return leavesOf(conditions.length > 0 && item.enableWhen ? { ...inner, enableWhen: conditions, enableBehavior: 'all' } : inner, drawn);
  });
}

function isShort(item: Item, drawn: ReadonlySet<string>): boolean {
  return !drawn.has(widgetOf(item) ?? '') && item.type !== 'text' && item.type !== 'display' && item.type !== 'group' && !item.answerValueSet && !item.repeats;
}

/** The lines of a section. */
export function rowsOf(items: readonly Item[], drawn: ReadonlySet<string> = new Set()): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < items.length; at += 1) {
    const item = items[at]!;
    if (!isShort(item, drawn)) {
      rows.push({ kind: 'block', item });
      continue;
    }
    const next = items[at + 1];
    const pair = next && isShort(next, drawn) && isPair(item, next);
    if (pair) at += 1;
    const part: Part = pair ? { kind: 'pair', first: item, second: next } : { kind: 'one', item };
    const last = rows.at(-1);
    if (last?.kind === 'run') rows[rows.length - 1] = { kind: 'run', parts: [...last.parts, part] };
    else rows.push({ kind: 'run', parts: [part] });
  }
  return rows;
}

/** Two whole numbers of one unit whose names begin with the same word: «АД систолическое», «АД диастолическое». */
function isPair(first: Item, second: Item): boolean {
  return first.type === 'integer' && second.type === 'integer' && unitOf(first) !== undefined && unitOf(first)?.code === unitOf(second)?.code && commonWords(first.text ?? '', second.text ?? '') !== '';
}

/** The words that two names share at their beginning or their end, with a capital. */
export function commonWords(first: string, second: string): string {
  const [one, two] = [first.split(' '), second.split(' ')];
  const from = one.findIndex((word, at) => word !== two[at]);
  const start = one.slice(0, from < 0 ? one.length : from);
  const [back, other] = [one.toReversed(), two.toReversed()];
  const to = back.findIndex((word, at) => word !== other[at]);
  const end = back.slice(0, to < 0 ? back.length : to).toReversed();
  const found = (start.length > 0 ? start : end).join(' ');
  return found && found[0]!.toUpperCase() + found.slice(1);
}
