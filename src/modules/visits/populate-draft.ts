import type { Bundle, Encounter, Extension, Questionnaire } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { evaluate } from './calculate-fields.ts';
import { inDraft } from './save-fields.ts';
import { readOne } from './stored.ts';
import { putField, readFields } from './tables.ts';
import { readTemplate } from './template.ts';

const variableExtension = 'http://hl7.org/fhir/StructureDefinition/variable';

/**
 * Proposes first contents as the template asks (SDC initialExpression, with `%patient`, `%encounter` and its query variables). What
 * came this way is a copy: it stands unconfirmed with its source until a person takes it.
 */
export async function populateDraft(ctx: Ctx, draft: string, questionnaire: Questionnaire, about: { encounter: Encounter; patient: string }): Promise<void> {
  const wanted = [...readTemplate(questionnaire).items.values()].filter((item) => item.initial);
  if (wanted.length === 0) return;
  const patient = await readOne(ctx, 'Patient', about.patient);
  const variables: Record<string, unknown> = { patient, encounter: about.encounter, resource: about.encounter };
  for (const extension of questionnaire.extension ?? []) {
    if (extension.url === variableExtension) await addVariable(ctx, extension, variables);
  }
  const proposals: { linkId: string; value: string | number | boolean }[] = [];
  for (const { linkId, initial } of wanted) {
    const value = (await evaluate(initial!, patient, variables))[0];
    if ((typeof value === 'string' && value.trim() !== '') || typeof value === 'number' || typeof value === 'boolean') proposals.push({ linkId, value });
  }
  if (proposals.length === 0) return;
  await inDraft(ctx, draft, async (sql, locked) => {
    const filled = new Set((await readFields(sql, draft)).map((field) => field.linkId));
    for (const { linkId, value } of proposals.filter((proposal) => !filled.has(proposal.linkId))) {
      locked.version += 1;
      await putField(sql, locked, {
        linkId, value, revision: locked.version, author: { reference: ctx.actor.reference, name: ctx.actor.name }, at: ctx.now.toISOString(), editor: 'population', sequence: 0,
        source: { date: ctx.now.toISOString(), author: '' }, unconfirmed: true,
      });
    }
  });
}

/** `Condition?patient={{%patient.id}}&…` → a Bundle of what this caller may see (application/x-fhir-query). */
async function addVariable(ctx: Ctx, { valueExpression }: Extension, variables: Record<string, unknown>): Promise<void> {
  const { name, language, expression } = valueExpression ?? {};
  if (!name || !expression) return;
  if (language !== 'application/x-fhir-query') {
    variables[name] = await evaluate(expression, variables.patient as never, variables);
    return;
  }
  let query = expression;
  for (const [whole, path] of expression.matchAll(/\{\{(.+?)\}\}/g)) {
    const [value] = await evaluate(path!, variables.patient as never, variables);
    query = query.replace(whole, encodeURIComponent(typeof value === 'string' || typeof value === 'number' ? String(value) : ''));
  }
  const [type = '', search = ''] = query.split('?');
  const found = await ctx.store.search(type, search);
  const bundle: Bundle = { resourceType: 'Bundle', type: 'searchset', entry: found.matches.map((stored) => ({ resource: JSON.parse(stored.content) })) };
  variables[name] = bundle;
}
