import { newId, shardOf } from '../kernel/id.ts';
import { Problem } from '../kernel/problem.ts';
import type { Access } from '../store/types.ts';
import type { Caller, Entrance } from './entrance.ts';
import { scopeRules } from './policies.ts';
import { drawToken, hashSecret, tokenHash, verifySecret } from './secrets.ts';
import { isBelieved, keep } from './session.ts';
import { countTry, forgetTries } from './throttle.ts';

/** A token's life in seconds. */
export const tokenSeconds = 3600;

/** Errors of RFC 6749 §5.2, whose form is prescribed and is not a problem document. */
export class TokenRefusal extends Error {
  readonly error: 'invalid_request' | 'invalid_client' | 'unauthorized_client' | 'unsupported_grant_type' | 'invalid_scope';
  constructor(error: TokenRefusal['error'], description: string) {
    super(description);
    this.error = error;
  }
}

export interface IssuedToken {
  access_token: string;
  token_type: 'Bearer';
  expires_in: number;
  scope: string;
}

/** Registers a service client or gives it a new secret. */
export async function createServiceClient(entrance: Pick<Entrance, 'db' | 'clock'>, client: { id: string; secret: string; scopes: string; name: string; demo?: boolean }): Promise<void> {
  await entrance.db.query(
    `insert into service_client (id, shard, secret_hash, scopes, name, demo, created) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do update set secret_hash = excluded.secret_hash, scopes = excluded.scopes, name = excluded.name, disabled = false`,
    [client.id, shardOf(newId()), await hashSecret(client.secret), client.scopes, client.name, client.demo ?? false, entrance.clock.now()],
  );
}

/** Credentials in `Authorization: Basic`, each part form-encoded (RFC 6749 §2.3.1). */
export function basicCredentials(authorization: string | undefined): { id: string; secret: string } | undefined {
  const match = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '');
  if (!match) return undefined;
  const text = Buffer.from(match[1]!, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
  try {
    return { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
  } catch {
    return undefined;
  }
}

/** Client credentials grant (RFC 6749 §4.4). Throws `TokenRefusal`, or `access.throttled` after too many wrong secrets. */
export async function issueToken(entrance: Entrance, request: { authorization: string | undefined; form: URLSearchParams; address: string }): Promise<IssuedToken> {
  const credentials = basicCredentials(request.authorization);
  if (!credentials) throw new TokenRefusal('invalid_client', 'client_secret_basic is required');
  const now = entrance.clock.now();
  const guessed = `client\0${credentials.id}`;
  await countTry(entrance.db, guessed, request.address, now);
  const [client] = await entrance.db.query<{ secret_hash: string; scopes: string; disabled: boolean; demo: boolean }>('select secret_hash, scopes, disabled, demo from service_client where id = $1', [credentials.id]);
  const right = await verifySecret(client?.secret_hash, credentials.secret);
  if (!right || !client || client.disabled || (client.demo && !entrance.demo)) throw new TokenRefusal('invalid_client', 'unknown client or wrong secret');
  await forgetTries(entrance.db, guessed, request.address);
  const grant = request.form.getAll('grant_type');
  if (grant.length !== 1) throw new TokenRefusal('invalid_request', 'grant_type must be given once');
  if (grant[0] !== 'client_credentials') throw new TokenRefusal('unsupported_grant_type', 'only client_credentials is offered');
  const scope = grantedScope(client.scopes, request.form.get('scope'));
  const token = drawToken();
  const hash = tokenHash(token);
  await entrance.db.query('insert into access_token (hash, shard, client, scope, created, expires) values ($1, $2, $3, $4, $5, $6)', [
    hash, hash.readUInt16BE(0), credentials.id, scope, now, new Date(now.getTime() + tokenSeconds * 1000),
  ]);
  return { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds, scope };
}

/** What was asked for, as far as the client has it; all it has where nothing was asked. */
function grantedScope(owned: string, asked: string | null): string {
  const own = owned.split(/\s+/).filter(Boolean);
  if (!asked?.trim()) return own.join(' ');
  const granted = asked.trim().split(/\s+/).filter((one) => own.some((have) => covers(have, one)));
  if (granted.length === 0) throw new TokenRefusal('invalid_scope', 'none of the scopes asked for belongs to this client');
  return granted.join(' ');
}

function covers(have: string, asked: string): boolean {
  const [had, wanted] = [have, asked].map((scope) => /^system\/([^.]+)\.(.+)$/.exec(scope));
  if (!had || !wanted || scopeRules(asked).length === 0) return false;
  return (had[1] === '*' || had[1] === wanted[1]) && (had[2] === '*' || had[2] === wanted[2]);
}

/** Who holds this bearer token. Refuses `access.bad-token`. */
export async function findBearer(entrance: Entrance, token: string): Promise<Caller> {
  const now = entrance.clock.now();
  const key = `bearer ${token}`;
  const kept = entrance.kept.get(key);
  if (kept && isBelieved(kept, now)) return kept.caller;
  entrance.kept.delete(key);
  const [row] = await entrance.db.query<{ client: string; scope: string; name: string; demo: boolean; expires: string }>(
    `select t.client, t.scope, c.name, c.demo, t.expires from access_token t join service_client c on c.id = t.client
     where t.hash = $1 and t.expires > $2 and not c.disabled and (not c.demo or $3)`,
    [tokenHash(token), now, entrance.demo],
  );
  if (!row) throw new Problem('access.bad-token');
  const caller: Caller = {
    actor: { reference: `Device/${row.client}`, role: 'system', name: row.name },
    account: row.client,
    access: accessOfScope(row.scope),
    language: 'ru',
    by: 'bearer',
    demo: row.demo,
  };
  keep(entrance, key, { caller, asked: now.getTime(), ends: new Date(row.expires).getTime() });
  return caller;
}

const accesses = new Map<string, Access>();

/** One object for each scope text, so that the store may keep what it compiled from it. */
function accessOfScope(scope: string): Access {
  const known = accesses.get(scope) ?? { name: 'system', rules: scopeRules(scope) };
  if (accesses.size < 1000) accesses.set(scope, known);
  return known;
}

/** Content of `.well-known/smart-configuration` (http://hl7.org/fhir/smart-app-launch/conformance.html). `url`: the public origin. */
export function smartConfiguration(url: string): Record<string, unknown> {
  return {
    issuer: url,
    token_endpoint: `${url}/oauth/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['system/*.*', 'system/*.read', 'system/*.write'],
    response_types_supported: [],
    code_challenge_methods_supported: ['S256'],
    capabilities: ['client-confidential-symmetric', 'permission-v1'],
  };
}
