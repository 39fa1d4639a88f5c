import { Problem } from '../kernel/problem.ts';
import type { Interaction } from './call.ts';
import { checkId, checkType } from './address.ts';
import { notModified } from './headers.ts';
import { shapeOf } from './shape.ts';

/** http://hl7.org/fhir/R4/http.html#vread */
export const vread: Interaction = async (_base, ctx, call) => {
  const [type, id, , version] = call.path as [string, string, string, string];
  if (!/^\d{1,9}$/.test(version)) throw new Problem('store.not-found', { reference: `${checkType(type)}/${checkId(id)}/_history/${version.slice(0, 64)}` });
  const stored = await ctx.store.vread(checkType(type), checkId(id), Number(version));
  if (stored.deleted) throw new Problem('store.gone', { reference: `${type}/${id}` });
  const head = { version: stored.version, updated: stored.updated };
  if (notModified(call, stored.version, stored.updated)) return { status: 304, ...head };
  const shape = shapeOf(call.query);
  return { status: 200, body: shape ? shape(stored.content) : stored.content, ...head };
};
