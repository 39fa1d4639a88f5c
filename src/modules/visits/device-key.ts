import { randomBytes } from 'node:crypto';
import type { Ctx } from '../../access/context.ts';
import { shardOf } from '../../kernel/id.ts';
import { deviceKeyOf } from './tables.ts';

/** The key that opens what this person's devices keep until it has reached the server. The same after every sign-in. */
export async function deviceKey(ctx: Ctx): Promise<{ key: string }> {
  const owner = ctx.actor.reference;
  return { key: (await deviceKeyOf(ctx.sql, owner, shardOf(owner), randomBytes(32), ctx.now)).toString('base64') };
}
