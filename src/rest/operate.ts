import { Problem } from '../kernel/problem.ts';
import { checkId, checkType } from './address.ts';
import type { Base, Call, Interaction } from './call.ts';

/** Finds the operation that an address names: `/$name`, `/Type/$name`, `/Type/id/$name`. */
export function operate(base: Base, method: Call['method'], path: readonly string[]): Interaction {
  const name = path.at(-1)!.slice(1);
  const [type, id] = path.slice(0, -1);
  const level = id !== undefined ? 'instance' : type !== undefined ? 'type' : 'system';
  if (type !== undefined) checkType(type);
  if (id !== undefined) checkId(id);
  const operation = base.operations.find((known) => known.name === name && known.level === level && (type === undefined || known.types?.includes(type)));
  if (!operation || path.length > 3) throw new Problem('rest.unknown-operation', { name: `$${name.slice(0, 64)}` });
  if (method !== 'POST' && (method !== 'GET' || operation.affectsState)) throw new Problem('rest.no-such-address', { method, path: `/${path.join('/').slice(0, 120)}` });
  return async ({ url }, ctx, call) => {
    const result = await operation.run(ctx, {
      ...(type === undefined ? {} : { type }),
      ...(id === undefined ? {} : { id }),
      query: new URLSearchParams(call.query),
      resource: () => call.resource(),
      text: call.text ?? '',
      url,
      prefer: call.prefer,
      idempotencyKey: call.idempotencyKey,
    });
    return 'resourceType' in result ? { status: 200, body: JSON.stringify(result) } : result;
  };
}
