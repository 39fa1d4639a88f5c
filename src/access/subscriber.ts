import type { Sql } from '../db/types.ts';
import { typeNumber } from '../store/index.ts';
import type { Access, WriteOperation, WriteOptions } from '../store/types.ts';
import { accountColumns, accountOf, actorOf, type AccountRow } from './account.ts';
import type { Caller, Entrance } from './entrance.ts';
import { scopeRules } from './policies.ts';

/** Who asked for a subscription or a bulk job, as he came. */
export type Requester = Omit<Caller, 'language'>;

/** The caller as it is kept: without what would keep him in Karta for ever. */
export function requesterOf({ language: _language, ...rest }: Caller): Requester {
  return rest;
}

/** Notes, in the transaction of the write, who has written a Subscription. Other writes are left as they are. */
export function noteSubscriber(caller: Caller | undefined, operations: readonly WriteOperation[], options: WriteOptions | undefined): WriteOptions | undefined {
  if (!caller || !operations.some((operation) => operation.method !== 'delete' && operation.resource.resourceType === 'Subscription')) return options;
  return {
    ...options,
    alongside: async (sql) => {
      await options?.alongside?.(sql);
      // the ids that the store has given stand in what it has just told of this transaction
      await sql.query(
        `insert into subscriber as s (id, shard, caller) select id, shard, $1 from outbox where xid = pg_current_xact_id() and type = $2 and actor = $3 and outcome <> 'deleted'
         on conflict (id) do update set caller = excluded.caller`,
        [JSON.stringify(requesterOf(caller)), typeNumber('Subscription'), caller.actor.reference],
      );
    },
  };
}

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
  if (account) {
    const known = accountOf(account);
    const caller: Caller = { ...asked, actor: actorOf(known), language: known.language };
    return { caller, accesses: [await entrance.relations.accessOf(caller.actor, now), ...then] };
  }
  const [client] = await entrance.db.query<{ scopes: string }>(`select scopes from service_client where id = $1 and not disabled and (not demo or $2)`, [asked.account, entrance.demo]);
  if (!client || asked.actor.role !== 'system') return undefined;
  return { caller: { ...asked, language: 'ru' }, accesses: [{ name: 'system', rules: scopeRules(client.scopes) }, ...then] };
}

