import { setTimeout as sleep } from 'node:timers/promises';

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
  json<T = Record<string, unknown>>(): T;
}

export interface SendOptions {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Somebody at the door of a running Karta: by cookie as a browser, or by bearer token as a system. */
export class HttpPerson {
  url: string;
  readonly credentials: Readonly<Record<string, string>>;

  constructor(url: string, credentials: Readonly<Record<string, string>>) {
    this.url = url;
    this.credentials = credentials;
  }

  static async signIn(url: string, login: string, password = 'karta-demo'): Promise<HttpPerson> {
    const answer = await fetch(`${url}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json', origin: url }, body: JSON.stringify({ login, password }) });
    if (answer.status !== 200) throw new Error(`${login} was not let in: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    return new HttpPerson(url, { cookie: answer.headers.get('set-cookie')!.split(';')[0]! });
  }

  /** A service client of the demo; `demo-loader` may write references to what is not there. */
  static async system(url: string, client: 'demo-system' | 'demo-loader' = 'demo-system'): Promise<HttpPerson> {
    const basic = Buffer.from(`${client}:${client}-secret`).toString('base64');
    const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials' });
    if (answer.status !== 200) throw new Error(`no token: ${answer.status}`);
    return new HttpPerson(url, { authorization: `Bearer ${((await answer.json()) as { access_token: string }).access_token}` });
  }

  /** The same person at another process of the same Karta. */
  at(url: string): HttpPerson {
    return new HttpPerson(url, this.credentials);
  }

  async send(method: string, path: string, { body, headers = {}, signal }: SendOptions = {}): Promise<HttpAnswer> {
    const type = path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json';
    const answer = await fetch(this.url + path, {
      method,
      headers: { ...this.credentials, origin: this.url, ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: <T>() => JSON.parse(text) as T };
  }

  /** The same from somebody who waits when told that he asks too often: what lies behind the limit is what is looked at. */
  async sendPatiently(method: string, path: string, options?: SendOptions): Promise<HttpAnswer> {
    for (;;) {
      const answer = await this.send(method, path, options);
      if (answer.status !== 429) return answer;
      await sleep(200);
    }
  }

  /** The same, where anything but success is the test's failure. */
  async must<T = Record<string, unknown>>(method: string, path: string, options?: SendOptions): Promise<T> {
    const answer = await this.send(method, path, options);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 400)}`);
    return answer.text === '' ? (undefined as T) : answer.json<T>();
  }
}

/** Waits until a condition holds; says what was waited for when it never does. The deadline is for what never comes. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, milliseconds = 60_000): Promise<void> {
  const start = Date.now();
  while (Date.now() - start < milliseconds) {
    if (await holds()) return;
    await sleep(20);
  }
  throw new Error(`${what}: not within ${milliseconds} ms`);
}
