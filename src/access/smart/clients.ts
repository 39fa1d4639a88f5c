import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Sql } from '../../db/types.ts';
import type { Entrance } from '../entrance.ts';
import { drawToken, hashSecret } from '../secrets.ts';
import { launchScopes, parseScope, splitScope } from './scopes.ts';

export const clientKinds = ['app', 'service'] as const;
export const clientMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const;

/** A registered client as the administrator sees it: never with its secret. */
export interface Client {
  id: string;
  name: string;
  /** `app`: on behalf of a person, by authorization code; `service`: a program of its own, by client credentials. */
  kind: (typeof clientKinds)[number];
  method: (typeof clientMethods)[number];
  scopes: string;
  redirectUris: readonly string[];
  launchUri: string | undefined;
  jwks: { keys: readonly Record<string, unknown>[] } | undefined;
  jwksUri: string | undefined;
  about: string | undefined;
  /** A service that may write references to what is not there (yet). */
  danglingReferences: boolean;
  disabled: boolean;
  demo: boolean;
  created: string;
}

export type NewClient = Pick<Client, 'name' | 'kind' | 'method' | 'scopes'> & Partial<Pick<Client, 'redirectUris' | 'launchUri' | 'jwks' | 'jwksUri' | 'about' | 'danglingReferences'>>;

interface Row {
  id: string;
  name: string;
  kind: Client['kind'];
  method: Client['method'];
  scopes: string;
  redirect_uris: string[];
  launch_uri: string | null;
  jwks: Client['jwks'] | null;
  jwks_uri: string | null;
  about: string | null;
  dangling_references: boolean;
  disabled: boolean;
  demo: boolean;
  created: string;
  secret_hash: string | null;
}

const columns = 'id, name, kind, method, scopes, redirect_uris, launch_uri, jwks, jwks_uri, about, dangling_references, disabled, demo, created, secret_hash';

function clientOf(row: Row): Client & { secretHash: string | undefined } {
  return {
    id: row.id, name: row.name, kind: row.kind, method: row.method, scopes: row.scopes, redirectUris: row.redirect_uris, launchUri: row.launch_uri ?? undefined,
    jwks: row.jwks ?? undefined, jwksUri: row.jwks_uri ?? undefined, about: row.about ?? undefined, danglingReferences: row.dangling_references, disabled: row.disabled, demo: row.demo, created: new Date(row.created).toISOString(), secretHash: row.secret_hash ?? undefined,
  };
}

/** A client that may ask now; undefined where it is unknown, revoked, or of a demo that is off. */
export async function findClient(entrance: Pick<Entrance, 'db' | 'demo'>, id: string): Promise<(Client & { secretHash: string | undefined }) | undefined> {
  const [row] = await entrance.db.query<Row>(`select ${columns} from service_client where id = $1 and not disabled and (not demo or $2)`, [id.replaceAll('\0', ''), entrance.demo]);
  return row && clientOf(row);
}

export async function listClients(sql: Sql): Promise<Client[]> {
  const rows = await sql.query<Row>(`select ${columns} from service_client order by disabled, name, id`);
  return rows.map((row) => {
    const { secretHash: _, ...client } = clientOf(row);
    return client;
  });
}

const needsSecret = (method: Client['method']): boolean => method === 'client_secret_basic' || method === 'client_secret_post';

/** Registers a client. Its secret, where it has one, is answered once and kept as a hash. Refuses `access.bad-client` with the field. */
export async function addClient(entrance: Pick<Entrance, 'db' | 'clock'>, given: NewClient): Promise<{ id: string; secret: string | undefined }> {
  checkClient(given);
  const id = newId();
  const secret = needsSecret(given.method) ? drawToken() : undefined;
  await entrance.db.query(
    `insert into service_client (id, shard, secret_hash, scopes, name, kind, method, redirect_uris, launch_uri, jwks, jwks_uri, about, created, dangling_references)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [id, shardOf(id), secret === undefined ? null : await hashSecret(secret), splitScope(given.scopes).join(' '), given.name, given.kind, given.method, [...(given.redirectUris ?? [])],
      given.launchUri ?? null, given.jwks ? JSON.stringify(given.jwks) : null, given.jwksUri ?? null, given.about ?? null, entrance.clock.now(), given.danglingReferences ?? false],
  );
  return { id, secret };
}

/** A new secret; the old one ends at once, tokens stay until they expire or the client is revoked. */
export async function rotateSecret(entrance: Pick<Entrance, 'db'>, id: string): Promise<string> {
  const secret = drawToken();
  const rows = await entrance.db.query(`update service_client set secret_hash = $2 where id = $1 and method like 'client_secret_%' returning 1`, [id, await hashSecret(secret)]);
  if (rows.length === 0) throw new Problem('access.no-client');
  return secret;
}

/** Ends a client: its tokens, codes, grants and remembered consents go with it, in one transaction. */
export async function revokeClient(entrance: Pick<Entrance, 'db' | 'kept'>, id: string): Promise<void> {
  await entrance.db.transaction(async (sql) => {
    const rows = await sql.query('update service_client set disabled = true where id = $1 returning 1', [id]);
    if (rows.length === 0) throw new Problem('access.no-client');
    for (const table of ['oauth_entry', 'app_grant', 'app_consent', 'app_launch']) await sql.query(`delete from ${table} where client = $1`, [id]);
  });
  for (const [key, { caller }] of entrance.kept) if (caller.account === id || caller.app?.client === id) entrance.kept.delete(key);
}

function refuse(field: string): never {
  throw new Problem('access.bad-client', { field });
}

function checkClient(given: NewClient): void {
  const scopes = splitScope(given.scopes);
  const level = given.kind === 'service' ? ['system'] : ['patient', 'user'];
  const fits = (scope: string): boolean => {
    const parsed = parseScope(scope);
    return parsed ? level.includes(parsed.level) : given.kind === 'app' && (launchScopes as readonly string[]).includes(scope);
  };
  if (scopes.length === 0 || !scopes.every(fits)) refuse('scopes');
  if (given.kind === 'service' && given.method === 'none') refuse('method');
  if (given.kind !== 'service' && given.danglingReferences) refuse('danglingReferences');
  if ((given.kind === 'app') !== Boolean(given.redirectUris?.length) || !(given.redirectUris ?? []).every(isRedirect)) refuse('redirectUris');
  if (given.launchUri !== undefined && (given.kind !== 'app' || !isWebAddress(given.launchUri))) refuse('launchUri');
  if ((given.method === 'private_key_jwt') !== Boolean(given.jwks || given.jwksUri) || (given.jwks && given.jwksUri)) refuse('jwks');
  if (given.jwksUri !== undefined && !given.jwksUri.startsWith('https://')) refuse('jwksUri');
  if (given.jwks && !given.jwks.keys.every((key) => key.d === undefined && key.k === undefined && (key.kty === 'RSA' || key.kty === 'EC'))) refuse('jwks');
}

/** https, plain http on the own machine only, or an app's own scheme with a dot in it (RFC 8252 §7). */
function isRedirect(text: string): boolean {
  if (isWebAddress(text)) return true;
  return /^[a-z][a-z0-9+-]*\.[a-z0-9.+-]+:\/[^\s#]*$/i.test(text);
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.hash !== '' || text.includes('#') || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname));
}

/** Origins of the pages that apps run on: they may call the API from a browser (CORS). */
export async function appOrigins(sql: Sql): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ uri: string }>('select distinct unnest(redirect_uris) as uri from service_client where not disabled');
  return new Set(rows.map(({ uri }) => URL.parse(uri)?.origin).filter((origin) => origin !== undefined && origin !== 'null') as string[]);
}
