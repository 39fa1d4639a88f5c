import type { Interaction } from './call.ts';
import { checkId, checkType, versionPath } from './address.ts';
import { notModified } from './headers.ts';
import { shapeOf } from './shape.ts';

/** http://hl7.org/fhir/R4/http.html#read — the stored text goes out unparsed. */
export const read: Interaction = async (base, ctx, call) => {
  const stored = await ctx.store.read(checkType(call.path[0]!), checkId(call.path[1]!));
  const head = { version: stored.version, updated: stored.updated, contentLocation: `${base.url}/${versionPath(stored)}` };
  if (notModified(call, stored.version, stored.updated)) return { status: 304, ...head };
  const shape = shapeOf(call.query);
  return { status: 200, body: shape ? shape(stored.content) : stored.content, ...head };
};
