import type { OperationOutcome, OperationOutcomeIssue, Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { resourceTypes } from '../../fhir/index.ts';
import { issueText, Problem, type Issue, type Language } from '../../kernel/problem.ts';
import type { Operation, OperationInput } from '../call.ts';
import { outcomeOf, ruleSystem } from '../outcome.ts';
import { givenTo } from './parameters.ts';

const modes = new Set(['create', 'update', 'delete', 'profile']);

const words = {
  sound: { ru: 'Ошибок не найдено: ресурс можно записать.', en: 'No fault was found: the resource can be stored.' },
  deletable: { ru: 'Ресурс можно удалить: на него ничто не ссылается.', en: 'The resource can be deleted: nothing refers to it.' },
  ownId: { ru: 'При создании id даёт сервер: присланный будет заменён.', en: 'On creation the server gives the id: the one sent will be replaced.' },
  noId: { ru: 'Для изменения нужен id ресурса.', en: 'An update needs the id of the resource.' },
  otherType: { ru: 'Тип ресурса другой, чем в адресе.', en: 'The type of the resource is another than in the address.' },
} satisfies Record<string, Record<Language, string>>;

/**
 * http://hl7.org/fhir/R4/resource-operation-validate.html: answers 200 with every fault that is found, and with one line of information where
 * there is none. Nothing is written.
 */
export const validateOperations: readonly Operation[] = (['type', 'instance'] as const).map((level) => ({ name: 'validate', level, types: resourceTypes, definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate', affectsState: false, run: validate }));

async function validate(ctx: Ctx, input: OperationInput): Promise<OperationOutcome> {
  const given = givenTo(input, 'resource');
  const mode = given.value('mode');
  if (mode !== undefined && !modes.has(mode)) throw new Problem('rest.bad-parameter', { name: 'mode', value: mode.slice(0, 40), expected: [...modes].join(', ') });
  const say = (severity: OperationOutcomeIssue['severity'], code: OperationOutcomeIssue['code'], word: keyof typeof words, expression?: string) =>
    ({ severity, code, details: { text: words[word][ctx.language] }, ...(expression === undefined ? {} : { expression: [expression] }) });
  const asIssue = (issue: Issue): OperationOutcomeIssue => ({
    severity: issue.severity,
    code: issue.code as OperationOutcomeIssue['code'],
    ...(issue.rule === undefined ? {} : { details: { coding: [{ system: ruleSystem, code: issue.rule }] } }),
    diagnostics: issueText(issue, ctx.language),
    expression: [issue.expression],
  });
  if (mode === 'delete') {
    if (input.id === undefined) throw new Problem('rest.no-such-address', { method: 'POST', path: `/${input.type}/$validate?mode=delete` });
    const stored = await ctx.store.read(input.type!, input.id);
    const hindrances = await tryDelete(ctx, stored);
    return outcome(hindrances.length > 0 ? hindrances : [say('information', 'informational', 'deletable')]);
  }
  const resource = given.resource('resource') ?? (input.id === undefined ? input.resource() : (JSON.parse((await ctx.store.read(input.type!, input.id)).content) as Resource));
  const issues: OperationOutcomeIssue[] = (await ctx.store.profiles.validate(resource, { level: 'warning', profiles: given.values('profile').slice(0, 20) })).map(asIssue);
  if (resource.resourceType !== input.type) issues.unshift(say('error', 'invalid', 'otherType', resource.resourceType));
  if (mode === 'update' && typeof resource.id !== 'string') issues.push(say('error', 'required', 'noId', `${resource.resourceType}.id`));
  if (mode === 'create' && resource.id !== undefined) issues.push(say('information', 'informational', 'ownId', `${resource.resourceType}.id`));
  const faulty = issues.some(({ severity }) => severity === 'error' || severity === 'fatal');
  return outcome(faulty ? issues : [...issues, say('information', 'informational', 'sound')]);
}

const takenBack = new Error('tried and taken back');

/** Tried and taken back: the store alone knows what refers to a resource. Answers what stands in the way. */
async function tryDelete(ctx: Ctx, { type, id }: { type: string; id: string }): Promise<OperationOutcomeIssue[]> {
  try {
    await ctx.store.write([{ method: 'delete', type, id }], { alongside: () => Promise.reject(takenBack) });
    return [];
  } catch (error) {
    if (error === takenBack) return [];
    if (error instanceof Problem) return outcomeOf(error, ctx.language).issue;
    throw error;
  }
}

function outcome(issue: OperationOutcomeIssue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue };
}
