import type { Patient } from '@medplum/fhirtypes';
import type Provider from 'oidc-provider';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Ctx } from '../context.ts';
import { entranceOf } from '../create-context.ts';
import type { Entrance } from '../entrance.ts';
import { tokenHash } from '../secrets.ts';
import { fhirBase, silentParam } from './addresses.ts';
import { findClient, type Client } from './clients.ts';
import { findLaunch, useLaunch, type Launch } from './launches.ts';
import { grantedScopes, launchScopes, parseScope, splitScope } from './scopes.ts';
import { scopeChoices, type ScopeLine } from './scope-words.ts';

/** The pair of Node's own that the library reads its cookie from. */
interface Exchange {
  provider: Provider;
  request: IncomingMessage;
  response: ServerResponse;
}

/** What the consent page shows. */
export interface ConsentRequest {
  app: { name: string; about?: string; /** where the answer goes: its host */ site: string };
  /** What it asks for; an optional line may be left out. */
  lines: readonly (ScopeLine & { optional: boolean })[];
  /** Whose card: none is needed, one is settled (the launch, the only own one), the person chooses among his own, or finds one. */
  patient: 'none' | 'settled' | 'choose' | 'find';
  patients: readonly { id: string; name: string; birthDate?: string }[];
  /** Whether “do not ask again” can be kept: leave to work in one's absence is asked for each time. */
  rememberable: boolean;
  /** The same was allowed before with “do not ask again”, and nothing is left to choose. */
  remembered: boolean;
}

export interface ConsentAnswer {
  allow: boolean;
  patient?: string | undefined;
  /** Places of the lines that are left out, as `describeConsent` gave them. */
  without?: readonly number[] | undefined;
  remember?: boolean | undefined;
}

interface Asked {
  client: Client;
  scopes: string[];
  launch: Launch | undefined;
  launchToken: string | undefined;
  offline: boolean;
  site: string;
  /** When the person signed in, epoch seconds: the token's `auth_time`. */
  signedIn: number;
}

/**
 * The request behind the cookie of this interaction. Refuses `access.consent-over`, and `access.sign-in-needed` where the app wants a fresher
 * sign-in than this one (`prompt=login`, `max_age`; OpenID Connect Core 1.0 §3.1.2.1).
 */
async function readRequest(entrance: Entrance, { provider, request, response }: Exchange, session: string): Promise<Asked> {
  const details = await provider.interactionDetails(request, response).catch(() => undefined);
  const { params } = details ?? {};
  const client = typeof params?.client_id === 'string' ? await findClient(entrance, params.client_id) : undefined;
  if (!params || !client) throw new Problem('access.consent-over');
  const signedIn = await signedInAt(entrance, session);
  const begun = details!.iat ?? 0;
  const oldest = splitScope(params.prompt as string | undefined).includes('login') ? begun : params.max_age === undefined ? 0 : begun - Number(params.max_age);
  if (signedIn < oldest) throw new Problem('access.sign-in-needed');
  const scopes = grantedScopes(client.scopes, params.scope as string);
  const launchToken = scopes.includes('launch') ? String(params.launch) : undefined;
  const launch = launchToken === undefined ? undefined : await findLaunch(entrance.db, launchToken, client.id, entrance.clock.now());
  if (launchToken !== undefined && !launch) throw new Problem('access.consent-over');
  const site = URL.parse(String(params.redirect_uri));
  return { client, scopes, launch, launchToken, offline: scopes.includes('offline_access'), site: site?.host || String(params.redirect_uri).split(':')[0]!, signedIn };
}

async function signedInAt({ db }: Entrance, session: string): Promise<number> {
  const [row] = await db.query<{ created: Date }>('select created from session where token = $1', [tokenHash(session)]);
  if (!row) throw new Problem('access.sign-in-needed');
  return Math.floor(new Date(row.created).getTime() / 1000);
}

/** What an app asks of the person who is signed in, in his language, with what is left to choose. `session`: the cookie of his sign-in. */
export async function describeConsent(ctx: Ctx, exchange: Exchange, session: string): Promise<ConsentRequest> {
  const { entrance, account } = entranceOf(ctx);
  const asked = await readRequest(entrance, exchange, session);
  const { how, ids } = patientsOf(ctx, account, asked);
  const [consent] = await entrance.db.query<{ scope: string }>('select scope from app_consent where account = $1 and client = $2', [account, asked.client.id]);
  const before = splitScope(consent?.scope);
  return {
    app: { name: asked.client.name, ...(asked.client.about && { about: asked.client.about }), site: asked.site },
    lines: scopeChoices(asked.scopes, ctx.language).map(({ text, changes, optional }) => ({ text, changes, optional })),
    patient: how,
    patients: await namesOf(ctx, ids),
    rememberable: !asked.offline,
    remembered: consent !== undefined && !asked.offline && (how === 'none' || how === 'settled') && asked.scopes.every((scope) => before.includes(scope)),
  };
}

/** Whose card the app may get: what the launch says, what is the person's own, or what he finds as staff. */
function patientsOf(ctx: Ctx, account: string, { scopes, launch }: Asked): { how: ConsentRequest['patient']; ids: readonly string[] } {
  if (launch) {
    // The person who opened the app and the one who is signed in now must be the same.
    if (launch.account !== account) throw new Problem('access.consent-over');
    return launch.patient === undefined ? { how: 'none', ids: [] } : { how: 'settled', ids: [launch.patient] };
  }
  if (!scopes.includes('launch/patient') && !scopes.some((scope) => parseScope(scope)?.level === 'patient')) return { how: 'none', ids: [] };
  if (ctx.actor.role !== 'patient') return { how: 'find', ids: [] };
  const own = ctx.actor.patients ?? [];
  return { how: own.length === 1 ? 'settled' : 'choose', ids: own };
}

async function namesOf(ctx: Ctx, ids: readonly string[]): Promise<ConsentRequest['patients']> {
  const found = ids.length === 0 ? [] : await ctx.store.readMany(ids.map((id) => `Patient/${id}`));
  return found.map(({ id, content }) => {
    const { name, birthDate } = JSON.parse(content) as Patient;
    return { id, name: name?.[0]?.text ?? [name?.[0]?.family, ...(name?.[0]?.given ?? [])].filter(Boolean).join(' '), ...(birthDate && { birthDate }) };
  });
}

/**
 * The person's answer: writes the grant with its context and answers the address at which the library goes on. `session` is the cookie of
 * his sign-in. Refuses `access.consent-over`, and a patient whom he may not see as absent.
 */
export async function answerConsent(ctx: Ctx, exchange: Exchange, session: string, answer: ConsentAnswer): Promise<{ to: string }> {
  const { entrance, account } = entranceOf(ctx);
  const asked = await readRequest(entrance, exchange, session);
  const finish = (result: Parameters<Provider['interactionResult']>[2]) => exchange.provider.interactionResult(exchange.request, exchange.response, result, { mergeWithLastSubmission: false });
  if (!answer.allow) return { to: await finish({ error: 'access_denied', error_description: 'the person did not allow it' }) };
  const scopes = keptScopes(asked.scopes, answer.without ?? []);
  const offline = scopes.includes('offline_access');
  const patient = await settlePatient(ctx, account, asked, answer.patient);
  if (asked.launchToken !== undefined && !(await useLaunch(entrance.db, asked.launchToken, ctx.now))) throw new Problem('access.consent-over');
  const grant = new exchange.provider.Grant({ accountId: account, clientId: asked.client.id });
  const own = (some: readonly string[]) => some.filter((scope) => (launchScopes as readonly string[]).includes(scope)).join(' ');
  const left = asked.scopes.filter((scope) => !scopes.includes(scope));
  if (own(scopes) !== '') grant.addOIDCScope(own(scopes));
  grant.addResourceScope(fhirBase(entrance.url), scopes.join(' '));
  // What was left out is answered too: the library would ask for it again.
  if (own(left) !== '') grant.rejectOIDCScope(own(left));
  if (left.length > 0) grant.rejectResourceScope(fhirBase(entrance.url), left.join(' '));
  const id = await grant.save();
  await entrance.db.query('insert into app_grant (id, shard, account, client, scope, patient, encounter, session, offline, created) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
    id, shardOf(account), account, asked.client.id, scopes.join(' '), patient ?? null, asked.launch?.encounter ?? null, tokenHash(session), offline, ctx.now,
  ]);
  if (answer.remember && !offline) {
    await entrance.db.query(
      'insert into app_consent (account, client, shard, scope, created) values ($1, $2, $3, $4, $5) on conflict (account, client) do update set scope = excluded.scope, created = excluded.created',
      [account, asked.client.id, shardOf(account), scopes.join(' '), ctx.now],
    );
  }
  return { to: await finish({ login: { accountId: account, remember: false, ts: asked.signedIn }, consent: { grantId: id } }) };
}

/** What is left of the scopes without the lines that were unticked; the language of the lines does not count. */
function keptScopes(scopes: readonly string[], without: readonly number[]): string[] {
  const choices = scopeChoices(scopes, 'en');
  const left = new Set(without.flatMap((place) => (choices[place]?.optional ? choices[place].scopes : [])));
  return scopes.filter((scope) => !left.has(scope));
}

/** Why an app that asked for no page (`prompt=none`) gets no code: OpenID Connect Core 1.0 §3.1.2.6. */
export type SilentRefusal = 'login_required' | 'consent_required' | 'interaction_required';

/** Where an app that asked for no page is answered without one; undefined where a page may be shown. */
export async function refuseSilently({ provider, request, response }: Exchange, error: SilentRefusal): Promise<string | undefined> {
  const details = await provider.interactionDetails(request, response).catch(() => undefined);
  if (!details?.params[silentParam]) return undefined;
  return provider.interactionResult(request, response, { error, error_description: 'a page would be needed' }, { mergeWithLastSubmission: false });
}

async function settlePatient(ctx: Ctx, account: string, asked: Asked, chosen: string | undefined): Promise<string | undefined> {
  const { how, ids } = patientsOf(ctx, account, asked);
  if (how === 'none') return undefined;
  const patient = how === 'settled' ? ids[0] : chosen;
  if (patient === undefined || (how === 'choose' && !ids.includes(patient))) throw new Problem('store.not-found', { reference: 'Patient' });
  return (await ctx.store.read('Patient', patient)).id;
}
