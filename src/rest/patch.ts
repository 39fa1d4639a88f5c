import type { Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../access/context.ts';
import { Problem } from '../kernel/problem.ts';
import type { Stored, WriteOperation, WriteResult } from '../store/types.ts';
import { checkId, checkType, withoutGeneral } from './address.ts';
import { answerWrite, writeOne } from './answer-write.ts';
import { applyPatch } from './apply-patch.ts';
import type { Base, Call, Interaction } from './call.ts';
import { versionOf } from './headers.ts';
import { withOwnReferences } from './own-references.ts';

/** How often a patch is made anew because another writer was faster. */
const attempts = 5;

/** http://hl7.org/fhir/R4/http.html#patch, of a resource by its id. */
export const patch: Interaction = async (base, ctx, call) => {
  const [type, id] = [checkType(call.path[0]!), checkId(call.path[1]!)];
  return answerWrite(base, ctx, call, await patchOften(base, ctx, call, () => ctx.store.read(type, id)));
};

/** The same of the one match of a condition. */
export const patchByCondition: Interaction = async (base, ctx, call) => {
  const type = checkType(call.path[0]!);
  const where = withoutGeneral(call.query);
  if (where === '') throw new Problem('rest.condition-needed', { method: 'PATCH', type });
  return answerWrite(base, ctx, call, await patchOften(base, ctx, call, () => oneMatch(ctx, type, where)));
};

/** Refuses `store.not-found` and `store.several-matches`. */
export async function oneMatch(ctx: { store: Pick<Ctx['store'], 'search'> }, type: string, where: string): Promise<Stored> {
  const { matches } = await ctx.store.search(type, `${where}&_count=2`);
  if (matches.length > 1) throw new Problem('store.several-matches', { type });
  if (!matches[0]) throw new Problem('rest.no-match', { type });
  return matches[0];
}

/**
 * A patch means the version that it was made of: where another writer has come between, it is made again of the new one, unless the caller
 * named the version himself.
 */
async function patchOften(base: Base, ctx: Ctx, call: Call, find: () => Promise<Stored>): Promise<WriteResult> {
  const ifMatch = versionOf(call.ifMatch, 'If-Match');
  const before = call.idempotencyKey === undefined ? undefined : await answeredBefore(ctx, call, find);
  if (before) return before;
  for (let attempt = 1; ; attempt++) {
    const stored = await find();
    if (typeof ifMatch === 'number' && ifMatch !== stored.version) throw new Problem('store.stale', { reference: `${stored.type}/${stored.id}`, current: stored.version, given: ifMatch });
    try {
      const { resource, text, ...change } = patchOperation(stored, call);
      return await writeOne(ctx, call, { ...change, ...withOwnReferences(base.url, { text }, resource) });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'store.stale' || typeof ifMatch === 'number' || attempt === attempts) throw error;
    }
  }
}

/** A patch that was made already would not fit its own result: the store is asked for its answer by a change that cannot be made. */
async function answeredBefore(ctx: Ctx, call: Call, find: () => Promise<Stored>): Promise<WriteResult | undefined> {
  try {
    return await writeOne(ctx, call, { method: 'update', resource: JSON.parse((await find()).content) as Resource, ifMatch: 0 });
  } catch (error) {
    if (error instanceof Problem && error.code === 'store.stale') return undefined;
    throw error;
  }
}

/** The update that a patch of this version means. Type and id stay what they are. */
export function patchOperation(stored: Stored, call: Pick<Call, 'patch'>): WriteOperation & { method: 'update'; text: string; ifMatch: number } {
  const text = applyPatch(stored.content, call.patch());
  const resource = JSON.parse(text) as Resource | null;
  if (typeof resource !== 'object' || resource?.resourceType !== stored.type || resource.id !== stored.id) throw new Problem('rest.patch-identity', { reference: `${stored.type}/${stored.id}` });
  return { method: 'update', resource, text, ifMatch: stored.version };
}
