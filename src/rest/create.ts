import { Problem } from '../kernel/problem.ts';
import { checkType } from './address.ts';
import { answerWrite, writeOne } from './answer-write.ts';
import type { Interaction } from './call.ts';
import { withOwnReferences } from './own-references.ts';

/** http://hl7.org/fhir/R4/http.html#create and #ccreate. An id in the body is ignored: the server gives its own. */
export const create: Interaction = async (base, ctx, call) => {
  const type = checkType(call.path[0]!);
  const resource = call.resource();
  if (resource.resourceType !== type) throw new Problem('rest.type-mismatch', { expected: type, given: resource.resourceType.slice(0, 64) });
  const ifNoneExist = conditionOf(call.ifNoneExist, type);
  const result = await writeOne(ctx, call, { method: 'create', ...withOwnReferences(base.url, call, resource), ...(ifNoneExist === undefined ? {} : { ifNoneExist }) });
  return answerWrite(base, ctx, call, result);
};

/** The criteria of If-None-Exist: `identifier=…`; a leading `?` or `Patient?` is taken too. */
export function conditionOf(header: string | undefined, type: string): string | undefined {
  if (header === undefined) return undefined;
  const question = header.indexOf('?');
  const query = question === -1 ? header.trim() : header.slice(question + 1).trim();
  const before = question === -1 ? '' : header.slice(0, question).trim().split('/').at(-1)!;
  if (query === '' || (before !== '' && before !== type)) throw new Problem('rest.bad-header', { name: 'If-None-Exist', value: header.slice(0, 80), expected: 'identifier=system|value' });
  return query;
}
