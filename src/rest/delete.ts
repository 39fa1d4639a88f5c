import type { Ctx } from '../access/context.ts';
import { Problem } from '../kernel/problem.ts';
import type { WriteResult } from '../store/types.ts';
import { checkId, checkType, withoutGeneral } from './address.ts';
import { writeOne } from './answer-write.ts';
import type { Answer, Call, Interaction } from './call.ts';
import { preferenceOf, versionOf } from './headers.ts';
import { successOutcome } from './outcome.ts';

/** http://hl7.org/fhir/R4/http.html#delete: a tombstone; earlier versions stay. */
export const deleteResource: Interaction = async (_base, ctx, call) => {
  const ifMatch = versionOf(call.ifMatch, 'If-Match');
  const result = await writeOne(ctx, call, { method: 'delete', type: checkType(call.path[0]!), id: checkId(call.path[1]!), ...(ifMatch === undefined ? {} : { ifMatch }) });
  return answerDelete(ctx, call, result);
};

/** http://hl7.org/fhir/R4/http.html#cdelete, of one match at most. */
export const deleteByCondition: Interaction = async (_base, ctx, call) => {
  const type = checkType(call.path[0]!);
  const where = withoutGeneral(call.query);
  if (where === '') throw new Problem('rest.condition-needed', { method: 'DELETE', type });
  const ifMatch = versionOf(call.ifMatch, 'If-Match');
  return answerDelete(ctx, call, await writeOne(ctx, call, { method: 'delete', type, where, ...(ifMatch === undefined ? {} : { ifMatch }) }));
};

/** 204, or 200 with an OperationOutcome where the caller wished for one. */
export function answerDelete(ctx: Ctx, call: Call, result: WriteResult): Answer {
  const version = result.version > 0 ? { version: result.version } : {};
  if (preferenceOf(call.prefer) !== 'OperationOutcome') return { status: 204, ...version };
  return { status: 200, body: JSON.stringify(successOutcome(result.outcome, ctx.language)), ...version };
}
