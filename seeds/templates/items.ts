import type { Element, Extension, QuestionnaireItem } from '@medplum/fhirtypes';

/** An item with the extensions of its text, which the published types leave out (`_text`, http://hl7.org/fhir/R4/json.html#primitive). */
export interface TemplateItem extends Omit<QuestionnaireItem, 'item'> {
  _text?: Element;
  item?: TemplateItem[];
}

/** A text in both languages. */
export interface Words {
  ru: string;
  en: string;
}

/** The English words beside the Russian ones, as FHIR writes translations (http://hl7.org/fhir/R4/languages.html#ext). */
export function inEnglish(en: string): { extension: Extension[] } {
  return {
    extension: [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/translation',
        extension: [
          { url: 'lang', valueCode: 'en' },
          { url: 'content', valueString: en },
        ],
      },
    ],
  };
}

const sdc = (name: string) => `http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-${name}`;

/** FHIRPath whose result is the value and stays so (SDC, calculatedExpression). */
export const calculated = (expression: string): Extension => ({ url: sdc('calculatedExpression'), valueExpression: { language: 'text/fhirpath', expression } });

/** FHIRPath or query that fills the field when the draft is opened (SDC, initialExpression). */
export const initial = (expression: string): Extension => ({ url: sdc('initialExpression'), valueExpression: { language: 'text/fhirpath', expression } });

/** The last Observation with the item's code, not older than this, may be proposed (SDC, observationLinkPeriod). */
export const lastKnown = (value: number, unit: 'd' | 'mo' | 'a', words: string): Extension => ({
  url: sdc('observationLinkPeriod'),
  valueDuration: { value, unit: words, system: 'http://unitsofmeasure.org', code: unit },
});

/** The answer becomes an Observation (SDC, observationExtract). */
const becomesObservation: Extension = { url: sdc('observationExtract'), valueBoolean: true };

/** Which widget of Karta draws the item; a program that does not know it shows the item plainly. */
export const widget = (name: string): Extension => ({ url: 'urn:karta:widget', valueCode: name });

/** A grey word in the empty field. */
export const placeholder = (text: string): Extension => ({ url: 'http://hl7.org/fhir/StructureDefinition/entryFormat', valueString: text });

export function item(linkId: string, type: TemplateItem['type'], words: Words, more: Partial<TemplateItem> = {}): TemplateItem {
  return { linkId, text: words.ru, _text: inEnglish(words.en), type, ...more };
}

interface Measure {
  linkId: string;
  type: 'integer' | 'decimal';
  words: Words;
  loinc: string;
  loincDisplay: string;
  /** UCUM code and how it is shown. */
  unit: [code: string, ru: string];
  /** What may be typed: beyond it is a slip of the hand. */
  from: number;
  to: number;
  required?: boolean;
  extension?: Extension[];
  readOnly?: boolean;
}

/** A measured value: coded by LOINC, with its unit and the bounds that catch a slip of the hand. */
export function measure({ linkId, type, words, loinc, loincDisplay, unit, from, to, required, extension = [], readOnly }: Measure): TemplateItem {
  const bound = (name: 'minValue' | 'maxValue', value: number): Extension => ({
    url: `http://hl7.org/fhir/StructureDefinition/${name}`,
    ...(type === 'integer' ? { valueInteger: value } : { valueDecimal: value }),
  });
  return item(linkId, type, words, {
    code: [{ system: 'http://loinc.org', code: loinc, display: loincDisplay }],
    extension: [
      { url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit', valueCoding: { system: 'http://unitsofmeasure.org', code: unit[0], display: unit[1] } },
      becomesObservation,
      ...(readOnly ? [] : [bound('minValue', from), bound('maxValue', to)]),
      ...extension,
    ],
    ...(required ? { required } : {}),
    ...(readOnly ? { readOnly } : {}),
  });
}

/** A choice among a few words, each with a code of Karta's own list. */
export function choice(linkId: string, words: Words, options: readonly [code: string, ru: string, en: string][], more: Partial<TemplateItem> = {}): TemplateItem {
  return item(linkId, 'choice', words, {
    answerOption: options.map(([code, ru, en]) => ({ valueCoding: { system: `urn:karta:answer:${linkId}`, code, display: ru, _display: inEnglish(en) } })),
    ...more,
  });
}
