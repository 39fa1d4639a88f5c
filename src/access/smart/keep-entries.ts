import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { tokenHash } from '../secrets.ts';
import type { Entrance } from '../entrance.ts';
import { findClient } from './clients.ts';

/** A stored entry as it is read. */
type Row = { payload: AdapterPayload; consumed: Date | null };

const longestSeconds = 400 * 24 * 3600;

/**
 * What oidc-provider keeps, in PostgreSQL: every process sees the same. A value that opens something (token, code, session id) stands
 * there only as its SHA-256. Using a code or refresh token is one statement, so that of two that come at once only one is served.
 */
export function keepEntries(entrance: Entrance): (kind: string) => Adapter {
  return (kind) => (kind === 'Client' ? clientEntries(entrance) : entries(entrance, kind));
}

function entries({ db, clock, kept }: Entrance, kind: string): Adapter {
  // A token that was revoked opens nothing from this moment; other processes follow within a second.
  const forgetBearers = (): void => {
    for (const key of kept.keys()) if (key.startsWith('bearer ')) kept.delete(key);
  };
  const found = (row: Row | undefined, id: string | undefined): AdapterPayload | undefined =>
    row && { ...row.payload, ...(id !== undefined && { jti: id }), ...(row.consumed && { consumed: Math.floor(new Date(row.consumed).getTime() / 1000) }) };
  const revokeByGrantId = async (grantId: string): Promise<void> => {
    await db.query('delete from oauth_entry where kind = $1 and grant_id = $2', [kind, grantId]);
    if (kind === 'AccessToken') forgetBearers();
  };
  return {
    async upsert(id, given, seconds) {
      const payload = { ...given };
      delete payload.jti;
      const hash = tokenHash(id);
      const expires = new Date(clock.now().getTime() + Math.min(seconds ?? longestSeconds, longestSeconds) * 1000);
      // A JWT id that is known already is a replay, whichever process saw it first (RFC 7523 §3, 7).
      const again = kind === 'ReplayDetection' ? 'do nothing' : 'do update set payload = excluded.payload, expires = excluded.expires, account = excluded.account, uid = excluded.uid';
      const rows = await db.query(
        `insert into oauth_entry (kind, id, shard, client, account, grant_id, uid, payload, expires) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (kind, id) ${again} returning 1`,
        [kind, hash, hash.readUInt16BE(0), payload.clientId ?? null, payload.accountId ?? null, kind === 'Grant' ? id : (payload.grantId ?? null), payload.uid ?? null, JSON.stringify(payload), expires],
      );
      if (rows.length === 0) throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
    },
    async find(id) {
      const [row] = await db.query<Row>('select payload, consumed from oauth_entry where kind = $1 and id = $2 and expires > $3', [kind, tokenHash(id), clock.now()]);
      return found(row, id);
    },
    async findByUid(uid) {
      const [row] = await db.query<Row>('select payload, consumed from oauth_entry where kind = $1 and uid = $2 and expires > $3', [kind, uid, clock.now()]);
      return found(row, undefined);
    },
    async findByUserCode() {
      return undefined;
    },
    async consume(id) {
      const rows = await db.query('update oauth_entry set consumed = $3 where kind = $1 and id = $2 and consumed is null returning 1', [kind, tokenHash(id), clock.now()]);
      if (rows.length > 0) return;
      const [used] = await db.query<{ grant_id: string | null }>('select grant_id from oauth_entry where kind = $1 and id = $2', [kind, tokenHash(id)]);
      if (used?.grant_id) await db.query('delete from oauth_entry where grant_id = $1', [used.grant_id]);
      forgetBearers();
      throw new errors.InvalidGrant('used by another request at the same moment');
    },
    async destroy(id) {
      await db.query('delete from oauth_entry where kind = $1 and id = $2', [kind, tokenHash(id)]);
      if (kind === 'AccessToken' || kind === 'ClientCredentials') forgetBearers();
    },
    revokeByGrantId,
  };
}

/** Clients are registered by the administrator; the library only looks them up. */
function clientEntries(entrance: Entrance): Adapter {
  const nothing = async (): Promise<undefined> => undefined;
  return {
    upsert: nothing, findByUid: nothing, findByUserCode: nothing, consume: nothing, destroy: nothing, revokeByGrantId: nothing,
    async find(id) {
      const client = await findClient(entrance, id);
      if (!client) return undefined;
      const app = client.kind === 'app';
      const native = client.redirectUris.some((uri) => !uri.startsWith('https:'));
      return {
        client_id: client.id,
        client_name: client.name,
        application_type: native ? 'native' : 'web',
        redirect_uris: [...client.redirectUris],
        grant_types: app ? ['authorization_code', 'refresh_token'] : ['client_credentials'],
        response_types: app ? ['code'] : [],
        token_endpoint_auth_method: client.method,
        ...(client.secretHash !== undefined && { client_secret: client.secretHash }),
        ...(client.jwks && { jwks: client.jwks }),
        ...(client.jwksUri !== undefined && { jwks_uri: client.jwksUri }),
        karta_scopes: client.scopes,
      };
    },
  };
}
