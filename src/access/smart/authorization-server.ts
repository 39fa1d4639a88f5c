import { errors, Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Entrance } from '../entrance.ts';
import { accountColumns, accountOf, actorOf, type AccountRow } from '../account.ts';
import { purposes } from '../policies.ts';
import { verifySecret } from '../secrets.ts';
import { idleMilliseconds } from '../session.ts';
import { countTry, forgetTries } from '../throttle.ts';
import { Problem } from '../../kernel/problem.ts';
import { fetchKeySet } from './fetch-key-set.ts';
import { keepEntries } from './keep-entries.ts';
import { fhirBase, silentParam } from './addresses.ts';
import { findLaunch } from './launches.ts';
import { grantedScopes, launchScopes, parseScope, splitScope } from './scopes.ts';
import { signingKeys, type Seal } from './signing-keys.ts';

export const accessSeconds = 3600;
const offlineSeconds = 90 * 24 * 3600;
const grantSeconds = 180 * 24 * 3600;
/** SMART App Launch 2.2, backend services: an assertion lives five minutes at most. */
const assertionSeconds = 300;
const assertionAlgorithms = ['RS384', 'ES384'] as const;

export interface AuthorizationServer {
  /** The library, with the keys that are in force now. */
  provider(): Promise<Provider>;
}

const keysMilliseconds = 60_000;

/**
 * The authorization server: oidc-provider with Karta's accounts, clients and tables. Given from above: the master key, and how a client's key set
 * is fetched (tests have no https).
 */
export function openAuthorizationServer(entrance: Entrance, given: { seal?: Seal | undefined; fetch?: typeof fetch } = {}): AuthorizationServer {
  let current: { provider: Provider; kids: string; asked: number } | undefined;
  let asking: Promise<Provider> | undefined;
  const renew = async (): Promise<Provider> => {
    const asked = entrance.clock.now().getTime();
    const keys = current && !given.seal ? undefined : await signingKeys(entrance, given.seal);
    const kids = keys?.map(({ kid }) => kid).join(' ') ?? current!.kids;
    if (current?.kids === kids) current.asked = asked;
    else current = { provider: makeProvider(entrance, { ...configuration(entrance, given.fetch ?? fetchKeySet), jwks: { keys: keys as never } }), kids, asked };
    return current.provider;
  };
  return {
    provider() {
      const age = current ? entrance.clock.now().getTime() - current.asked : Number.POSITIVE_INFINITY;
      if (current && age >= 0 && age < keysMilliseconds) return Promise.resolve(current.provider);
      asking ??= renew().finally(() => (asking = undefined));
      return asking;
    },
  };
}

function makeProvider(entrance: Entrance, settings: Configuration): Provider {
  const provider = new Provider(entrance.url, settings);
  // Behind a proxy on this machine; http hands the public origin on, whatever the caller wrote into Host.
  provider.proxy = true;
  provider.use((ctx, next) => completeToken(entrance, ctx as unknown as KoaContextWithOIDC, next));
  const recordFault = (_: unknown, error: Error & { code?: string }): void =>
    entrance.log.error({ name: error.name, code: error.code, at: (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 8).map((line) => line.trim()) }, 'the authorization server failed');
  provider.on('server_error', recordFault);
  (provider as { on(event: string, heard: (error: Error) => void): void }).on('error', (error) => recordFault(undefined, error));
  const { prototype } = provider.Client as unknown as { prototype: { clientId: string; clientSecret?: string; compareClientSecret(secret: string): Promise<boolean> } };
  prototype.compareClientSecret = async function compare(secret) {
    const now = entrance.clock.now();
    const address = Provider.ctx?.ip ?? '';
    const guessed = `client\0${this.clientId}`;
    try {
      await countTry(entrance.db, guessed, address, now);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      throw tooMany(Number(error.details.seconds));
    }
    const right = await verifySecret(this.clientSecret, secret);
    if (right) await forgetTries(entrance.db, guessed, address);
    return right;
  };
  return provider;
}

function tooMany(seconds: number): Error {
  const refusal = new errors.OIDCProviderError(429, 'temporarily_unavailable');
  refusal.error_description = `too many wrong secrets: try again in ${seconds} s`;
  refusal.expose = true;
  return refusal;
}

/** What the library has written is completed with the launch context and stands in the journal before it leaves. */
async function completeToken(entrance: Entrance, ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.oidc?.route !== 'token' || ctx.status !== 200) return;
  const { AccessToken: given, ClientCredentials: own } = ctx.oidc.entities;
  const extra = (given as { extra?: Record<string, string> } | undefined)?.extra;
  // http://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#launch-context-arrives-with-your-access_token
  if (extra) Object.assign(ctx.body as object, extra, extra.patient !== undefined && { need_patient_banner: true }, { smart_style_url: `${entrance.url}/oauth/smart-style.json` });
  const account = given?.accountId ?? own?.clientId ?? '';
  const [person] = given ? await entrance.db.query<AccountRow>(`select ${accountColumns} from account where id = $1`, [account]) : [];
  const actor = person && actorOf(accountOf(person));
  await entrance.journal.note({
    at: entrance.clock.now(), actor: actor?.reference ?? `Device/${account}`, role: actor?.role ?? 'system', account, purpose: actor ? purposes[actor.role] : 'SYSDEV',
    action: given ? `token by app ${given.clientId}` : 'token', patients: [], types: [], status: 200, request: ctx.get('x-request-id'),
  });
}

type Registered = { clientId: string; karta_scopes?: string };

/** The scopes of a request that are given: of a code or refresh token those that were given with it. */
function scopesOf(ctx: KoaContextWithOIDC, client: Registered): string[] {
  const { oidc } = ctx;
  const source = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken;
  if (source) return splitScope((source as { scope?: string }).scope);
  const asked = oidc.params?.scope as string | undefined;
  const byItself = oidc.params?.grant_type === 'client_credentials';
  const given = grantedScopes(client.karta_scopes ?? '', asked).filter((scope) => (parseScope(scope)?.level === 'system') === byItself);
  if (given.length === 0) throw new errors.InvalidScope('none of the scopes asked for belongs to this client', asked ?? '');
  // What is not given is not asked for any more: the answer names what was given (RFC 6749 §3.3).
  oidc.params!.scope = given.join(' ');
  return given;
}

function configuration(entrance: Entrance, fetchKeys: typeof fetch): Configuration {
  const base = fhirBase(entrance.url);
  return {
    adapter: keepEntries(entrance),
    fetch: fetchKeys,
    scopes: launchScopes,
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['name'] },
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: assertionAlgorithms, idTokenSigningAlgValues: ['RS256', 'ES256'] },
    extraClientMetadata: { properties: ['karta_scopes'] },
    routes: { authorization: '/oauth/authorize', token: '/oauth/token', introspection: '/oauth/introspect', revocation: '/oauth/revoke', jwks: '/oauth/jwks' },
    interactions: { url: (_, interaction) => `/oauth/consent/${interaction.uid}` },
    cookies: { names: { session: 'karta-oauth', interaction: 'karta-consent', resume: 'karta-resume' }, long: cookie(entrance), short: cookie(entrance) },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    issueRefreshToken: (_, client, code) => client.grantTypeAllowed('refresh_token') && (code.scopes.has('offline_access') || code.scopes.has('online_access')),
    ttl: {
      AccessToken: accessSeconds, ClientCredentials: accessSeconds, AuthorizationCode: 60, IdToken: accessSeconds, Interaction: 1800, Session: 1800, Grant: grantSeconds,
      RefreshToken: (_, token) => (token.scopes.has('offline_access') ? offlineSeconds : 12 * 3600),
    },
    findAccount: async (_, id, token) => findAccount(entrance, id, token),
    // Karta's own sign-in is the only one; what an app may do stands in the grant of this very request.
    loadExistingGrant: async (ctx) => (ctx.oidc.result?.consent?.grantId ? ctx.oidc.provider.Grant.find(ctx.oidc.result.consent.grantId) : undefined),
    extraTokenClaims: async (_, token) => ('grantId' in token && token.grantId ? contextOf(entrance, token.grantId) : undefined),
    extraParams: {
      // prompt=none: the consent page's address decides, where Karta's own sign-in is known
      [silentParam]: null,
      aud: (ctx, value) => {
        const clinical = splitScope(ctx.oidc.params?.scope as string).some((scope) => parseScope(scope));
        if (value === undefined ? clinical : value.replace(/\/$/, '') !== base) throw new errors.InvalidRequest(`aud must be ${base}`);
      },
      launch: async (ctx, value, client) => {
        const asked = splitScope(ctx.oidc.params?.scope as string).includes('launch');
        if (asked && (typeof value !== 'string' || !(await findLaunch(entrance.db, value, client.clientId, entrance.clock.now())))) throw new errors.InvalidRequest('launch is unknown or over: open the app from the card again');
      },
    },
    assertJwtClientAuthClaimsAndHeader: (_, claims) => {
      if (Number(claims.exp) > Date.now() / 1000 + assertionSeconds + 15) throw new errors.InvalidClientAuth('exp lies more than five minutes ahead');
    },
    clientBasedCORS: (_, origin, client) => (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    discovery: { userinfo_endpoint: `${entrance.url}/oauth/userinfo` },
    renderError: renderError,
    features: {
      devInteractions: { enabled: false }, userinfo: { enabled: false }, rpInitiatedLogout: { enabled: false }, pushedAuthorizationRequests: { enabled: false }, dPoP: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      introspection: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId || client.grantTypeAllowed('client_credentials') },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => base,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource, client) => {
          if (resource.replace(/\/$/, '') !== base) throw new errors.InvalidTarget(`the only resource here is ${base}`);
          return { scope: scopesOf(ctx, client).join(' '), audience: base, accessTokenFormat: 'opaque' };
        },
      },
    },
  };
}

function cookie(entrance: Entrance) {
  return { httpOnly: true, sameSite: 'lax', secure: entrance.url.startsWith('https:'), signed: false, overwrite: true } as const;
}

/** The person behind a token, unless his account has ended, or the sign-in of an app that has no leave to outlive it. */
async function findAccount(entrance: Entrance, id: string, token: { kind?: string; grantId?: string } | undefined) {
  const [row] = await entrance.db.query<AccountRow>(`select ${accountColumns} from account where id = $1 and not disabled and (not demo or $2)`, [id, entrance.demo]);
  if (!row || (token?.kind === 'RefreshToken' && !(await maySurvive(entrance, token.grantId)))) return undefined;
  const actor = actorOf(accountOf(row));
  return { accountId: id, claims: async () => ({ sub: id, name: actor.name, fhirUser: `${fhirBase(entrance.url)}/${actor.reference}` }) };
}

/** `online_access` lasts as long as the person stays signed in (SMART App Launch 2.2, scopes for requesting a refresh token). */
async function maySurvive({ db, clock }: Entrance, grant: string | undefined): Promise<boolean> {
  const now = clock.now();
  const rows = await db.query(
    `select 1 from app_grant g where g.id = $1 and (g.offline or exists (select 1 from session s where s.token = g.session and s.expires > $2 and s.seen > $3))`,
    [grant ?? '', now, new Date(now.getTime() - idleMilliseconds)],
  );
  return rows.length > 0;
}

/** The launch context of a grant, kept with each token: in its answer and its introspection. */
async function contextOf(entrance: Entrance, grant: string): Promise<Record<string, string> | undefined> {
  const [row] = await entrance.db.query<{ patient: string | null; encounter: string | null; scope: string } & AccountRow>(
    `select g.patient, g.encounter, g.scope, ${accountColumns.split(', ').map((column) => (column === 'patients' ? 'a.patients' : `a.${column}`)).join(', ')} from app_grant g join account a on a.id = g.account where g.id = $1`,
    [grant],
  );
  if (!row) return undefined;
  return {
    ...(row.patient !== null && { patient: row.patient }),
    ...(row.encounter !== null && { encounter: row.encounter }),
    ...(splitScope(row.scope).includes('fhirUser') && { fhirUser: `${fhirBase(entrance.url)}/${actorOf(accountOf(row)).reference}` }),
  };
}

/** An error that may not go back to the app: nobody knows whether it is one. Words without anything the caller wrote. */
function renderError(ctx: KoaContextWithOIDC, out: { error: string; error_description?: string | undefined }): void {
  const english = /^\s*en/i.test(ctx.get('accept-language'));
  const known = ['invalid_client', 'invalid_redirect_uri'].includes(out.error);
  const sentence = english
    ? known ? 'The app is not registered here, or it asks to return to an address that is not its own. Nothing was passed on.' : 'The request of the app could not be served, or took too long. Open the app again.'
    : known ? 'Приложение здесь не зарегистрировано или просит вернуть вас на чужой адрес. Ничего не передано.' : 'Запрос приложения выполнить не удалось, или прошло слишком много времени. Откройте приложение ещё раз.';
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = `<!doctype html><html lang="${english ? 'en' : 'ru'}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${english ? 'Karta' : 'Карта'}</title><h1>${english ? 'The app was not let in' : 'Приложение не допущено'}</h1><p>${sentence}</p><p><a href="/">${english ? 'To Karta' : 'В Карту'}</a></p></html>`;
}
