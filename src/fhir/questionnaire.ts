import type { Extension, Questionnaire, QuestionnaireItem, QuestionnaireResponse, QuestionnaireResponseItem, QuestionnaireResponseItemAnswer } from '@medplum/fhirtypes';
import type { Issue } from '../kernel/problem.ts';
import { answersOf } from './answer-value.ts';
import { evaluateExpression, markElement } from './evaluate-expression.ts';

/*
 * Structured Data Capture (http://hl7.org/fhir/uv/sdc): variables, initial and calculated expressions in FHIRPath.
 */
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-';
const variableUrl = 'http://hl7.org/fhir/StructureDefinition/variable';

/** What expressions may name beside the answers: `%patient`, `%encounter` … as resources. */
export type Known = Readonly<Record<string, unknown>>;

export interface Filled {
  response: QuestionnaireResponse;
  /** Expressions that could not be evaluated or gave what the item cannot hold; their items are left as they were. */
  issues: Issue[];
}

/** How one expression may depend on another that stands after it: as many rounds until nothing changes. */
const mostRounds = 10;

/** A new response with the fixed and the calculated initial values of a questionnaire, before anybody has answered. */
export function populate(questionnaire: Questionnaire, known: Known = {}): Filled {
  const blank = (items: readonly QuestionnaireItem[]): QuestionnaireResponseItem[] =>
    items.flatMap((item) => {
      if (item.type === 'display') return [];
      const made: QuestionnaireResponseItem = { linkId: item.linkId, ...(item.text !== undefined && { text: item.text }) };
      const fixed = (item.initial ?? []) as QuestionnaireResponseItemAnswer[];
      const chosen = (item.answerOption ?? []).filter((option) => option.initialSelected).map((option) => Object.fromEntries(Object.entries(option).filter(([name]) => name.startsWith('value'))) as QuestionnaireResponseItemAnswer);
      const answer = fixed.length > 0 ? structuredClone(fixed) : structuredClone(chosen);
      const inner = blank(item.item ?? []);
      if (item.type === 'group') return inner.length > 0 ? [{ ...made, item: inner }] : [];
      return answer.length > 0 || expressionOf(item, 'initialExpression') !== undefined ? [{ ...made, ...(answer.length > 0 && { answer }) }] : [];
    });
  const items = blank(questionnaire.item ?? []);
  const response: QuestionnaireResponse = {
    resourceType: 'QuestionnaireResponse',
    ...(questionnaire.url !== undefined && { questionnaire: questionnaire.version === undefined ? questionnaire.url : `${questionnaire.url}|${questionnaire.version}` }),
    status: 'in-progress',
    ...(items.length > 0 && { item: items }),
  };
  const issues: Issue[] = [];
  evaluateItems(questionnaire, response, structuredClone(known), 'initialExpression', issues);
  const calculated = calculate(questionnaire, response, known);
  return { response: calculated.response, issues: [...issues, ...calculated.issues] };
}

/** The response with every calculated item set anew from the answers. The given one is not changed. */
export function calculate(questionnaire: Questionnaire, answers: QuestionnaireResponse, known: Known = {}): Filled {
  const response = structuredClone(answers);
  const copies = structuredClone(known);
  let issues: Issue[] = [];
  for (let round = 0, before = ''; round < mostRounds; round++) {
    issues = [];
    evaluateItems(questionnaire, response, copies, 'calculatedExpression', issues);
    const after = JSON.stringify(response.item ?? []);
    if (after === before) break;
    before = after;
  }
  return { response: structuredClone(response), issues };
}

function expressionOf(item: QuestionnaireItem, name: 'initialExpression' | 'calculatedExpression'): string | undefined {
  const expression = item.extension?.find(({ url }) => url === sdc + name)?.valueExpression;
  return expression?.language === 'text/fhirpath' ? expression.expression : undefined;
}

function evaluateItems(questionnaire: Questionnaire, response: QuestionnaireResponse, known: Known, name: 'initialExpression' | 'calculatedExpression', issues: Issue[]): void {
  const evaluate = (expression: string, linkId: string, focus: unknown, variables: Known): unknown[] | undefined => {
    try {
      return evaluateExpression(expression, focus, variables);
    } catch (error) {
      issues.push({ severity: 'error', code: 'exception', expression: `Questionnaire.item.where(linkId='${linkId}')`, diagnostics: `“${expression}” cannot be evaluated: ${error instanceof Error ? error.message.slice(0, 200) : 'unknown fault'}` });
      return undefined;
    }
  };
  const withVariables = (extensions: Extension[] | undefined, linkId: string, focus: unknown, outer: Known): Known => {
    const variables: Record<string, unknown> = { ...outer };
    for (const { url, valueExpression } of extensions ?? []) {
      if (url === variableUrl && valueExpression?.name && valueExpression.expression) variables[valueExpression.name] = evaluate(valueExpression.expression, linkId, focus, variables) ?? [];
    }
    return variables;
  };
  const visit = (items: readonly QuestionnaireItem[], holder: { item?: QuestionnaireResponseItem[] }, outer: Known): void => {
    for (const item of items) {
      const expression = expressionOf(item, name);
      const present = (holder.item ?? []).filter(({ linkId }) => linkId === item.linkId);
      const places = present.length > 0 || (expression === undefined && !(item.item ?? []).some((inner) => holdsExpression(inner, name))) ? present : [{ linkId: item.linkId, ...(item.text !== undefined && { text: item.text }) }];
      for (const place of places) {
        markElement(place, 'QuestionnaireResponse.item');
        const variables = withVariables(item.extension, item.linkId, place, { ...outer, context: place, qitem: item });
        if (expression !== undefined) {
          const found = evaluate(expression, item.linkId, place, variables);
          const answer = found && answersOf(item, found);
          if (typeof answer === 'string') issues.push({ severity: 'error', code: 'value', expression: `Questionnaire.item.where(linkId='${item.linkId}')`, diagnostics: answer });
          else if (answer && answer.length > 0) place.answer = answer;
          else if (answer) delete place.answer;
        }
        visit(item.item ?? [], item.type === 'group' || !place.answer?.[0] ? place : place.answer[0], variables);
        if (!present.includes(place) && (place.answer || place.item)) insert(holder, place, items);
      }
    }
  };
  const root = { ...known, resource: response, questionnaire: structuredClone(questionnaire) };
  visit(questionnaire.item ?? [], response, withVariables(questionnaire.extension, '', response, root));
}

function holdsExpression(item: QuestionnaireItem, name: 'initialExpression' | 'calculatedExpression'): boolean {
  return expressionOf(item, name) !== undefined || (item.item ?? []).some((inner) => holdsExpression(inner, name));
}

/** Answers stand in the order of the questions (http://hl7.org/fhir/R4/questionnaireresponse.html#link). */
function insert(holder: { item?: QuestionnaireResponseItem[] }, made: QuestionnaireResponseItem, order: readonly QuestionnaireItem[]): void {
  const rank = (linkId: string) => order.findIndex((item) => item.linkId === linkId);
  const items = (holder.item ??= []);
  const after = items.findIndex(({ linkId }) => rank(linkId) > rank(made.linkId));
  items.splice(after < 0 ? items.length : after, 0, made);
}
