/** Which items are asked (http://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen). Pure. */
import type { QuestionnaireItem, QuestionnaireItemEnableWhen } from '@medplum/fhirtypes';
import type { Answers } from './answers.ts';

/** Whether the conditions hold; an item without conditions is asked. */
export function isEnabled(item: QuestionnaireItem, answers: Answers): boolean {
  const conditions = item.enableWhen ?? [];
  if (conditions.length === 0) return true;
  const holds = (condition: QuestionnaireItemEnableWhen) => holdsFor(condition, answers[condition.question]?.value);
  return item.enableBehavior === 'any' ? conditions.some(holds) : conditions.every(holds);
}

function holdsFor(condition: QuestionnaireItemEnableWhen, value: unknown): boolean {
  const given = Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value];
  if (condition.operator === 'exists') return (given.length > 0) === condition.answerBoolean;
  if (condition.operator === '!=') return given.length > 0 && !given.some((one) => compare(one, condition) === 0);
  return given.some((one) => {
    const order = compare(one, condition);
    if (order === undefined) return false;
    return { '=': order === 0, '>': order > 0, '<': order < 0, '>=': order >= 0, '<=': order <= 0 }[condition.operator as '=' | '>' | '<' | '>=' | '<='] ?? false;
  });
}

/** Negative, zero, positive; undefined where the two cannot be compared. */
function compare(value: unknown, condition: QuestionnaireItemEnableWhen): number | undefined {
  const coding = condition.answerCoding;
  if (coding) {
    if (!value || typeof value !== 'object' || !('code' in value)) return undefined;
    const same = value.code === coding.code && (!coding.system || !('system' in value) || value.system === coding.system);
    return same ? 0 : 1;
  }
  const wanted = condition.answerBoolean ?? condition.answerDecimal ?? condition.answerInteger ?? condition.answerQuantity?.value ?? condition.answerDate ?? condition.answerDateTime ?? condition.answerTime ?? condition.answerString;
  const plain = value && typeof value === 'object' && 'value' in value ? value.value : value;
  if (typeof wanted === 'number') return Number.isNaN(Number(plain)) ? undefined : Number(plain) - wanted;
  if (typeof wanted === 'boolean') return plain === wanted ? 0 : 1;
  if (typeof wanted !== 'string' || typeof plain !== 'string') return undefined;
  return plain === wanted ? 0 : plain < wanted ? -1 : 1;
}
