import { Problem } from '../../kernel/problem.ts';
import type { Ctx } from '../context.ts';
import { demandRole, entranceOf } from '../create-context.ts';
import { addClient, listClients, revokeClient, rotateSecret, type Client, type NewClient } from './clients.ts';

/** The registered apps and programs, for an administrator. */
export async function readClients(ctx: Ctx): Promise<Client[]> {
  demandRole(ctx, ['admin']);
  return listClients(entranceOf(ctx).entrance.db);
}

/** Registers an app; its secret, where it has one, is answered once. */
export async function registerClient(ctx: Ctx, given: NewClient): Promise<{ id: string; secret: string | undefined }> {
  demandRole(ctx, ['admin']);
  return addClient(entranceOf(ctx).entrance, given);
}

export async function renewSecret(ctx: Ctx, id: string): Promise<string> {
  demandRole(ctx, ['admin']);
  return rotateSecret(entranceOf(ctx).entrance, id);
}

export async function endClient(ctx: Ctx, id: string): Promise<void> {
  demandRole(ctx, ['admin']);
  await revokeClient(entranceOf(ctx).entrance, id);
}

/** Apps that open from a card. */
export async function launchableApps(ctx: Ctx): Promise<{ id: string; name: string; about: string | undefined }[]> {
  const clients = await listClients(entranceOf(ctx).entrance.db);
  return clients.filter(({ disabled, launchUri }) => !disabled && launchUri !== undefined).map(({ id, name, about }) => ({ id, name, about }));
}

/** An app that a person has let in and that can still do something, with what it was allowed last. */
export interface OwnApp {
  id: string;
  name: string;
  scope: string;
  since: string;
  offline: boolean;
}

export async function ownApps(ctx: Ctx): Promise<OwnApp[]> {
  const { entrance, account } = entranceOf(ctx);
  const rows = await entrance.db.query<{ id: string; name: string; scope: string; since: Date; offline: boolean }>(
    `select c.id, c.name, (array_agg(g.scope order by g.created desc))[1] as scope, min(g.created) as since, bool_or(g.offline) as offline
     from app_grant g join service_client c on c.id = g.client
     where g.account = $1 and exists (select 1 from oauth_entry e where e.grant_id = g.id and e.kind in ('AccessToken', 'RefreshToken') and e.expires > $2 and e.consumed is null)
     group by c.id, c.name order by c.name`,
    [account, ctx.now],
  );
  return rows.map((row) => ({ ...row, since: new Date(row.since).toISOString() }));
}

/** Takes back what a person allowed an app: its tokens end at once, and it has to ask again. Refuses `access.no-client`. */
export async function withdrawApp(ctx: Ctx, client: string): Promise<void> {
  const { entrance, account } = entranceOf(ctx);
  const ended = await entrance.db.transaction(async (sql) => {
    const grants = await sql.query<{ id: string }>('delete from app_grant where account = $1 and client = $2 returning id', [account, client]);
    await sql.query('delete from oauth_entry where grant_id = any($1::text[])', [grants.map(({ id }) => id)]);
    await sql.query('delete from app_consent where account = $1 and client = $2', [account, client]);
    return grants.length;
  });
  if (ended === 0) throw new Problem('access.no-client');
  for (const [key, { caller }] of entrance.kept) if (caller.account === account && caller.app?.client === client) entrance.kept.delete(key);
}
