import type { Coding, QuestionnaireItem, QuestionnaireResponseItemAnswer } from '@medplum/fhirtypes';

const unitUrl = 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit';

/** What an expression gave, as answers of the item's type; a sentence where the item cannot hold it. */
export function answersOf(item: QuestionnaireItem, values: readonly unknown[]): QuestionnaireResponseItemAnswer[] | string {
  const answers: QuestionnaireResponseItemAnswer[] = [];
  for (const value of item.repeats ? values : values.slice(0, 1)) {
    const answer = answerOf(item, value);
    if (!answer) return `The value ${JSON.stringify(value)?.slice(0, 80)} does not fit the item “${item.linkId}” of type ${item.type}`;
    answers.push(answer);
  }
  return answers;
}

function answerOf(item: QuestionnaireItem, value: unknown): QuestionnaireResponseItemAnswer | undefined {
  const text = typeof value === 'string' ? value : undefined;
  switch (item.type) {
    case 'boolean':
      return typeof value === 'boolean' ? { valueBoolean: value } : undefined;
    case 'integer':
      return Number.isInteger(value) ? { valueInteger: value as number } : undefined;
    case 'decimal':
      return typeof value === 'number' ? { valueDecimal: rounded(value) } : undefined;
    case 'string':
    case 'text':
      return text !== undefined || typeof value === 'number' ? { valueString: String(value) } : undefined;
    case 'date':
      return text && /^\d{4}(-\d\d){0,2}/.test(text) ? { valueDate: text.slice(0, 10) } : undefined;
    case 'dateTime':
      return text && /^\d{4}/.test(text) ? { valueDateTime: text } : undefined;
    case 'time':
      return text && /^\d\d:\d\d/.test(text) ? { valueTime: text } : undefined;
    case 'url':
      return text ? { valueUri: text } : undefined;
    case 'choice':
    case 'open-choice':
      return choiceOf(item, value);
    case 'quantity':
      return quantityOf(item, value);
    case 'reference':
      return text ? { valueReference: { reference: text } } : isObject(value) && 'reference' in value ? { valueReference: value } : undefined;
    case 'attachment':
      return isObject(value) ? { valueAttachment: value } : undefined;
    default:
      return undefined;
  }
}

function choiceOf(item: QuestionnaireItem, value: unknown): QuestionnaireResponseItemAnswer | undefined {
  const codings = (item.answerOption ?? []).map(({ valueCoding }) => valueCoding).filter((coding): coding is Coding => coding !== undefined);
  if (isObject(value) && 'coding' in value) return choiceOf(item, (value.coding as unknown[] | undefined)?.[0]);
  if (isObject(value) && 'code' in value) return { valueCoding: value };
  if (typeof value !== 'string') return undefined;
  const option = codings.find(({ code }) => code === value);
  return option ? { valueCoding: { ...option } } : item.type === 'open-choice' || item.answerOption?.some(({ valueString }) => valueString === value) ? { valueString: value } : undefined;
}

function quantityOf(item: QuestionnaireItem, value: unknown): QuestionnaireResponseItemAnswer | undefined {
  if (isObject(value) && 'value' in value) return { valueQuantity: value };
  const unit = item.extension?.find(({ url }) => url === unitUrl)?.valueCoding;
  if (typeof value === 'number') {
    return { valueQuantity: { value: rounded(value), ...(unit && { unit: unit.display ?? unit.code, system: unit.system, code: unit.code }) } };
  }
  // FHIRPath's own quantity, as its literal is written: 5 'mg'
  const written = /^(-?[\d.]+) '([^']+)'$/.exec(typeof value === 'string' ? value : '');
  return written ? { valueQuantity: { value: Number(written[1]), unit: written[2]!, system: 'http://unitsofmeasure.org', code: written[2]! } } : undefined;
}

/** Without the noise of binary fractions: 0.1 + 0.2 is 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
