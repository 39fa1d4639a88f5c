import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** A browser as far as an app's way through sign-in needs one: cookies with their paths, redirects followed by hand. */
export class Browser {
  readonly #origin: string;
  readonly #cookies = new Map<string, { value: string; path: string }>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  async send(address: string, init: { method?: string; body?: unknown } = {}): Promise<Response> {
    const url = new URL(address, this.#origin);
    const cookie = [...this.#cookies].filter(([, { path }]) => url.pathname.startsWith(path)).map(([name, { value }]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      method: init.method ?? 'GET', redirect: 'manual',
      headers: { ...(cookie && { cookie }), origin: this.#origin, 'accept-language': 'ru', ...(init.body !== undefined && { 'content-type': 'application/json' }) },
      ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...parts] = line.split(';');
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1);
      const path = parts.map((part) => part.trim()).find((part) => /^path=/i.test(part))?.slice(5) ?? '/';
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), { value, path });
    }
    return answer;
  }

  async signIn(login: string, password = 'karta-demo'): Promise<void> {
    const answer = await this.send('/api/session', { method: 'POST', body: { login, password } });
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
  }
}

export interface AppSettings {
  origin: string;
  client: string;
  redirect: string;
  secret?: string;
}

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  id_token?: string;
  scope: string;
  expires_in: number;
  patient?: string;
  encounter?: string;
  [name: string]: unknown;
}

/** A small SMART app: discovers nothing, remembers its verifier and state, does what the standard's examples do. */
export class SmartApp {
  readonly settings: AppSettings;
  readonly verifier = randomBytes(32).toString('base64url');
  readonly state = randomBytes(12).toString('base64url');

  constructor(settings: AppSettings) {
    this.settings = settings;
  }

  authorizeAddress(scope: string, more: Record<string, string | undefined> = {}): string {
    const { origin, client, redirect } = this.settings;
    const params: Record<string, string | undefined> = {
      response_type: 'code', client_id: client, redirect_uri: redirect, scope, state: this.state, aud: `${origin}/fhir/R4`, ...(/\bopenid\b/.test(scope) && { nonce: 'n-1' }),
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'), code_challenge_method: 'S256', ...more,
    };
    return `${origin}/oauth/authorize?${new URLSearchParams(Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined))}`;
  }

  /** The person's way: to the consent page, an answer there, back to the app. Answers what the app is told. */
  async authorize(browser: Browser, scope: string, options: { answer?: Record<string, unknown>; more?: Record<string, string | undefined>; seen?: (request: Record<string, unknown>) => void } = {}): Promise<URLSearchParams> {
    let at = this.authorizeAddress(scope, options.more);
    for (let step = 0; step < 10; step++) {
      const answer = await browser.send(at);
      const to = answer.headers.get('location');
      if (to?.startsWith(this.settings.redirect)) return new URL(to).searchParams;
      if (to !== null) {
        at = new URL(to, at).toString();
        if (!/\/oauth\/consent\//.test(at)) continue;
        const page = await browser.send(at);
        if (page.status === 303) {
          at = new URL(page.headers.get('location')!, at).toString();
          continue;
        }
        const request = await browser.send(`${at}/request`);
        options.seen?.((await request.json()) as Record<string, unknown>);
        const given = await browser.send(`${at}/answer`, { method: 'POST', body: { allow: true, ...options.answer } });
        if (given.status !== 200) throw new Error(`consent answered ${given.status}: ${await given.text()}`);
        at = ((await given.json()) as { to: string }).to;
        continue;
      }
      throw new Error(`authorize answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    }
    throw new Error('the way to the app has no end');
  }

  async token(form: Record<string, string>): Promise<{ status: number; body: Tokens & { error?: string; error_description?: string } }> {
    const { origin, client, secret } = this.settings;
    const authorization = secret === undefined ? undefined : `Basic ${Buffer.from(`${client}:${secret}`).toString('base64')}`;
    const answer = await fetch(`${origin}/oauth/token`, {
      method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...(authorization && { authorization }) },
      body: new URLSearchParams({ ...form, ...(secret === undefined && { client_id: client }) }),
    });
    return { status: answer.status, body: (await answer.json()) as Tokens };
  }

  exchange(code: string, verifier = this.verifier): ReturnType<SmartApp['token']> {
    return this.token({ grant_type: 'authorization_code', code, redirect_uri: this.settings.redirect, code_verifier: verifier });
  }

  refresh(token: string, scope?: string): ReturnType<SmartApp['token']> {
    return this.token({ grant_type: 'refresh_token', refresh_token: token, ...(scope && { scope }) });
  }

  /** The whole way in one: an access token with what comes beside it. */
  async letIn(browser: Browser, scope: string, options: Parameters<SmartApp['authorize']>[2] = {}): Promise<Tokens> {
    const told = await this.authorize(browser, scope, options);
    const { status, body } = await this.exchange(told.get('code') ?? '');
    if (status !== 200) throw new Error(`token answered ${status}: ${JSON.stringify(body)}; told ${told}`);
    return body;
  }
}

/** A key pair of a backend service, its public half as it is registered. */
export async function backendKey(alg: 'RS384' | 'ES384'): Promise<{ publicKey: JWK; assertion: (claims: Record<string, unknown>) => Promise<string> }> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomBytes(6).toString('hex');
  return {
    publicKey: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    assertion: (claims) => new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(privateKey),
  };
}

/** Asks for a token as SMART's backend services do (private_key_jwt, RFC 7523). */
export async function askByAssertion(origin: string, assertion: string, scope: string): Promise<{ status: number; body: Tokens & { error?: string } }> {
  const answer = await fetch(`${origin}/oauth/token`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }),
  });
  return { status: answer.status, body: (await answer.json()) as Tokens };
}
