import type { Sql } from '../db/types.ts';
import type { Access } from '../store/types.ts';
import { accountColumns, accountOf, actorOf, type AccountRow } from './account.ts';
import type { Ctx } from './context.ts';
import { accessOf, entranceOf } from './create-context.ts';
import type { Caller, Entrance } from './entrance.ts';
import { requesterOf, type Requester } from './note-subscriber.ts';
import { systemRules } from './smart/scopes.ts';

export async function findSubscriber(sql: Sql, id: string): Promise<Requester | undefined> {
  const [row] = await sql.query<{ caller: Requester }>(`select caller from subscriber where id = $1`, [id]);
  return row?.caller;
}

/**
 * The requester as he is now, with every access that must hold at once: what his scopes opened when he asked, and what is open to him today. Undefined
 * where his account or client is gone or closed: nothing may be given to him.
 */
export async function requesterNow(entrance: Entrance, asked: Requester): Promise<{ caller: Caller; accesses: readonly Access[] } | undefined> {
  const now = entrance.clock.now();
  const [account] = await entrance.db.query<AccountRow>(`select ${accountColumns} from account where id = $1 and not disabled and (not demo or $2)`, [asked.account, entrance.demo]);
  const then = asked.access ? [asked.access] : [];
  const client = await clientInForce(entrance, asked.app?.client ?? asked.account);
  if (asked.app && !client) return undefined;
  if (account) {
    const known = accountOf(account);
    const caller: Caller = { ...asked, actor: actorOf(known), language: known.language };
    return { caller, accesses: [await accessOf(entrance, { ...caller, access: undefined }, now), ...then] };
  }
  if (!client || asked.actor.role !== 'system') return undefined;
  return { caller: { ...asked, language: 'ru' }, accesses: [{ name: 'system', rules: systemRules(client.scopes) }, ...then] };
}

async function clientInForce(entrance: Entrance, id: string): Promise<{ scopes: string } | undefined> {
  const [client] = await entrance.db.query<{ scopes: string }>(`select scopes from service_client where id = $1 and not disabled and (not demo or $2)`, [id, entrance.demo]);
  return client;
}

/** Who asks by this context, to be kept with work that goes on after his request. Only for the context of a caller. */
export function requesterIn(ctx: Ctx): Requester {
  const { caller } = entranceOf(ctx);
  if (!caller) throw new Error('this context has no caller');
  return requesterOf(caller);
}
