import Fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { systemClock } from '../src/kernel/clock.ts';
import { preferredLanguage } from '../src/kernel/language.ts';
import { log } from '../src/kernel/log.ts';
import { restPlugin, type Operation, type RestOptions } from '../src/rest/index.ts';
import { openStore } from '../src/store/index.ts';
import type { Database } from '../src/db/types.ts';
import type { Access, CodeLookup, Scope, Store } from '../src/store/types.ts';
import type { Ctx } from '../src/access/context.ts';

/** Whoever may do everything. */
export const openAccess: Access = { name: 'test', rules: [{ types: 'all', patients: 'all', write: true }] };

/** A context of the caller with this access, on the real store. */
export function contextOn(store: Store, database: Database, options: { access?: Access; language?: 'ru' | 'en' } = {}): Ctx {
  const now = new Date();
  const scope: Scope = { access: options.access ?? openAccess, actor: 'Device/test', now };
  const ctx: Ctx = {
    actor: { reference: 'Device/test', role: 'system', name: 'test' },
    purpose: 'TREAT',
    scope,
    store: {
      profiles: store.profiles,
      read: (type, id) => store.read(scope, type, id),
      readMany: (references) => store.readMany(scope, references),
      vread: (type, id, version) => store.vread(scope, type, id, version),
      history: (of, page) => store.history(scope, of, page),
      search: (type, query, searchOptions) => store.search(scope, type, query, searchOptions),
      everything: (of, page) => store.everything(scope, of, page),
      write: (operations, writeOptions) => store.write(scope, operations, writeOptions),
    },
    sql: database,
    log,
    clock: systemClock,
    now,
    language: options.language ?? 'ru',
    asSystem: () => contextOn(store, database, { language: options.language ?? 'ru' }),
  };
  return ctx;
}

export interface FhirApi {
  app: FastifyInstance;
  store: Store;
  /** Access of the caller; tests change it. */
  caller: { access: Access };
  send(method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
}

export const testBase = 'http://karta.test/fhir/R4';

/** The FHIR API on a migrated database, answering without a socket. */
export async function openFhirApi(database: Database, options: { operations?: readonly Operation[]; codes?: CodeLookup; zone?: string; terminology?: RestOptions['terminology'] } = {}): Promise<FhirApi> {
  const store = await openStore(database, { clock: systemClock, zone: options.zone ?? 'Europe/Moscow', ...(options.codes && { codes: options.codes }) });
  const caller = { access: openAccess };
  const app = Fastify();
  await app.register(restPlugin, {
    prefix: '/fhir/R4',
    url: testBase,
    smart: { token_endpoint: 'http://karta.test/token', capabilities: ['client-confidential-symmetric'] },
    authenticate: async (request) => contextOn(store, database, { access: caller.access, language: preferredLanguage(request.headers['accept-language']) ?? 'ru' }),
    ...(options.operations ? { operations: options.operations } : {}),
    ...(options.terminology ? { terminology: options.terminology } : {}),
  });
  await app.ready();
  return {
    app,
    store,
    caller,
    send: (method, path, body, headers = {}) =>
      app.inject({
        method,
        url: `/fhir/R4${path}`,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
        ...(body === undefined ? {} : { payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
      }),
  };
}
