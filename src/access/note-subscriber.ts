import { typeNumber } from '../store/index.ts';
import type { WriteOperation, WriteOptions } from '../store/types.ts';
import type { Caller } from './entrance.ts';

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
