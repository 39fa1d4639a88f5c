import { createRequire } from 'node:module';
import type { QuestionnaireResponse, QuestionnaireResponseItem, Resource } from '@medplum/fhirtypes';
import fhirpath from 'fhirpath';
import type { Ctx } from '../../access/context.ts';
import type { Field } from './contract.ts';
import type { OpenDraft } from './open-draft.ts';
import { isEmpty, sameValue } from './rules.ts';
import { putField, readFields, type Draft, type Sql } from './tables.ts';
import type { Template } from './template.ts';

// The model comes without types.
const r4 = createRequire(import.meta.url)('fhirpath/fhir-context/r4') as Parameters<typeof fhirpath.evaluate>[3];

/** Counts what the template counts (SDC calculatedExpression: body mass index and the like) after a save, in its transaction. */
export async function calculateFields(ctx: Ctx, sql: Sql, { template, questionnaire }: Pick<OpenDraft, 'template' | 'questionnaire'>, draft: Draft): Promise<void> {
  const counted = [...template.items.values()].filter((item) => item.calculated);
  if (counted.length === 0) return;
  const fields = await readFields(sql, draft.id);
  const response = asResponse(template, fields, questionnaire.url ?? `Questionnaire/${questionnaire.id}`);
  for (const item of counted) {
    const value = (await evaluate(item.calculated!, response, { resource: response }))[0] ?? null;
    const known = fields.find((field) => field.linkId === item.linkId);
    if (typeof value !== 'number' && value !== null) continue;
    if (sameValue(known?.value, value)) continue;
    draft.version += 1;
    await putField(sql, draft, {
      linkId: item.linkId, value, revision: draft.version, author: { reference: ctx.actor.reference, name: ctx.actor.name }, at: ctx.now.toISOString(), editor: 'calculated', sequence: draft.version, unconfirmed: false,
    });
  }
}

/** FHIRPath over a resource; an expression that fails is the template's fault and gives nothing. */
export async function evaluate(expression: string, resource: Resource, variables: Record<string, unknown>): Promise<unknown[]> {
  try {
    return await Promise.resolve(fhirpath.evaluate(resource, expression, variables, r4) as unknown[]);
  } catch {
    return [];
  }
}

/** The draft as a QuestionnaireResponse, groups as in the template's sections. Entries of lists are resources of their own. */
export function asResponse(template: Template, fields: readonly Pick<Field, 'linkId' | 'value'>[], questionnaire: string): QuestionnaireResponse {
  const filled = new Map(fields.filter((field) => !isEmpty(field.value)).map((field) => [field.linkId, field.value]));
  const item = template.sections.flatMap((section): QuestionnaireResponseItem[] => {
    const answers = section.items.flatMap((each): QuestionnaireResponseItem[] => {
      const value = filled.get(each.linkId);
      const answer = value === undefined ? undefined : answerOf(value, each.kind, each.whole ?? false);
      return answer ? [{ linkId: each.linkId, ...(each.label.ru ? { text: each.label.ru } : {}), answer: [answer] }] : [];
    });
    if (answers.length === 0) return [];
    // a section that is one question has no group around it
    return section.items.some((each) => each.linkId === section.linkId) ? answers : [{ linkId: section.linkId, text: section.title.ru, item: answers }];
  });
  return { resourceType: 'QuestionnaireResponse', status: 'completed', questionnaire, ...(item.length > 0 ? { item } : {}) };
}

function answerOf(value: Field['value'], kind: string, whole: boolean): NonNullable<QuestionnaireResponseItem['answer']>[number] | undefined {
  if (typeof value === 'number') return whole ? { valueInteger: value } : { valueDecimal: value };
  if (typeof value === 'boolean') return { valueBoolean: value };
  if (typeof value === 'string') return kind === 'date' ? { valueDate: value } : { valueString: value };
  if (value?.kind === 'coding') return { valueCoding: { ...(value.system ? { system: value.system } : {}), code: value.code, display: value.display } };
  return undefined;
}
