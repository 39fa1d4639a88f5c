import type { Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../access/context.ts';
import { Problem } from '../kernel/problem.ts';
import type { WriteResult } from '../store/types.ts';
import { checkId, checkType, withoutGeneral } from './address.ts';
import { answerWrite, writeOne } from './answer-write.ts';
import type { Base, Call, Interaction } from './call.ts';
import { versionOf } from './headers.ts';
import { withOwnReferences } from './own-references.ts';

/** http://hl7.org/fhir/R4/http.html#update; an id that is not there yet is created under it (#upsert). */
export const update: Interaction = async (base, ctx, call) => {
  const type = checkType(call.path[0]!);
  const id = checkId(call.path[1]!);
  const resource = call.resource();
  checkTarget(resource, type, id);
  const ifMatch = versionOf(call.ifMatch, 'If-Match');
  if (call.ifNoneMatch?.trim() === '*') return answerWrite(base, ctx, call, await createOnly(base, ctx, call, resource));
  const result = await writeOne(ctx, call, { method: 'update', ...withOwnReferences(base.url, call, resource), ...(ifMatch === undefined ? {} : { ifMatch }) });
  return answerWrite(base, ctx, call, result);
};

/** RFC 9110 §13.1.2: `If-None-Match: *` keeps an update from changing what is there. */
async function createOnly(base: Base, ctx: Ctx, call: Call, resource: Resource): Promise<WriteResult> {
  try {
    return await writeOne(ctx, call, { method: 'create', ...withOwnReferences(base.url, call, resource), keepId: true });
  } catch (error) {
    if (error instanceof Problem && error.code === 'store.exists') throw new Problem('rest.exists', { reference: `${resource.resourceType}/${resource.id}` });
    throw error;
  }
}

/** Type and id of the body must be those of the address. */
export function checkTarget(resource: Resource, type: string, id: string | undefined): void {
  if (resource.resourceType !== type) throw new Problem('rest.type-mismatch', { expected: type, given: resource.resourceType.slice(0, 64) });
  if (id !== undefined && resource.id !== id) throw new Problem('rest.id-mismatch', { expected: id, given: typeof resource.id === 'string' ? resource.id.slice(0, 80) : '' });
}

/** http://hl7.org/fhir/R4/http.html#cond-update */
export const updateByCondition: Interaction = async (base, ctx, call) => {
  const type = checkType(call.path[0]!);
  const where = withoutGeneral(call.query);
  if (where === '') throw new Problem('rest.condition-needed', { method: 'PUT', type });
  const resource = call.resource();
  checkTarget(resource, type, undefined);
  const ifMatch = versionOf(call.ifMatch, 'If-Match');
  const result = await writeOne(ctx, call, { method: 'update', ...withOwnReferences(base.url, call, resource), where, ...(ifMatch === undefined ? {} : { ifMatch }) });
  return answerWrite(base, ctx, call, result);
};
