import type { Ctx } from '../access/context.ts';
import type { WriteOperation, WriteResult } from '../store/types.ts';
import type { Answer, Base, Call } from './call.ts';
import { versionPath } from './address.ts';
import { preferenceOf } from './headers.ts';
import { successOutcome } from './outcome.ts';

/** One change through the store's one write path, under the caller's idempotency key. */
export async function writeOne(ctx: Ctx, call: Call, operation: WriteOperation): Promise<WriteResult> {
  const [result] = await ctx.store.write([operation], call.idempotencyKey === undefined ? {} : { idempotencyKey: call.idempotencyKey });
  return result!;
}

/** The answer to a create or an update: http://hl7.org/fhir/R4/http.html#create, #update */
export function answerWrite(base: Base, ctx: Ctx, call: Call, result: WriteResult): Answer {
  const address = `${base.url}/${versionPath(result)}`;
  const created = result.outcome === 'created';
  return {
    status: created ? 201 : 200,
    version: result.version,
    updated: result.updated,
    location: address,
    ...bodyFor(ctx, call, result),
    ...(created ? {} : { contentLocation: address }),
  };
}

function bodyFor(ctx: Ctx, call: Call, result: WriteResult): { body?: string } {
  switch (preferenceOf(call.prefer)) {
    case 'minimal':
      return {};
    case 'OperationOutcome':
      return { body: JSON.stringify(successOutcome(result.outcome, ctx.language)) };
    case 'representation':
      return { body: result.content };
  }
}
