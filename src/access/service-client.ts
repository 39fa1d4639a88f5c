import { newId, shardOf } from '../kernel/id.ts';
import type { Entrance } from './entrance.ts';
import { hashSecret } from './secrets.ts';

/** Keeps a service client whose id and secret are known beforehand, as the demo's are; all others are registered by `addClient`. */
export async function createServiceClient(entrance: Pick<Entrance, 'db' | 'clock'>, client: { id: string; secret: string; scopes: string; name: string; demo?: boolean; danglingReferences?: boolean }): Promise<void> {
  await entrance.db.query(
    `insert into service_client (id, shard, secret_hash, scopes, name, demo, dangling_references, created) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update set secret_hash = excluded.secret_hash, scopes = excluded.scopes, name = excluded.name, disabled = false`,
    [client.id, shardOf(newId()), await hashSecret(client.secret), client.scopes, client.name, client.demo ?? false, client.danglingReferences ?? false, entrance.clock.now()],
  );
}
