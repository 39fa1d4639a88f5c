import type { FastifyRequest } from 'fastify';
import { createContext, fhirBase, findBearer, findSession, type Caller, type Ctx, type Entrance, type JournalRow, type Seen, type Visit } from '../access/index.ts';
import { preferredLanguage } from '../kernel/language.ts';
import { Problem } from '../kernel/problem.ts';
import { demandSameOrigin } from './same-origin.ts';
import { readCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking, once asked for. */
    caller: Caller | undefined;
    /** The context that was opened for this request: its journal row is written before the answer leaves. */
    visit: Visit | undefined;
  }
  interface FastifyContextConfig {
    /** `false`: shows nothing of any patient and is not journalled. */
    journal?: boolean;
  }
}

/** Who is asking: by bearer token or by cookie. Refuses `access.sign-in-needed`, `access.bad-token`, `http.other-origin`. */
export async function findCaller(entrance: Entrance, request: FastifyRequest): Promise<Caller> {
  const found = await findCallerIfAny(entrance, request);
  if (!found) throw new Problem('access.sign-in-needed');
  return found;
}

export async function findCallerIfAny(entrance: Entrance, request: FastifyRequest): Promise<Caller | undefined> {
  if (request.caller) return request.caller;
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const bearer = /^Bearer\s+([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization);
    if (!bearer) throw new Problem('access.bad-token');
    const caller = await findBearer(entrance, bearer[1]!);
    // An app has what its scopes say, and scopes speak of FHIR: the ways of Karta's own screens are closed to it.
    if (caller.app && !isFhir(request)) throw new Problem('access.app-only-fhir', { base: fhirBase(entrance.url) });
    request.caller = caller;
    return caller;
  }
  const cookie = readCookie(request, entrance.url);
  if (cookie === undefined) return undefined;
  demandSameOrigin(request, entrance.url);
  request.caller = await findSession(entrance, cookie);
  return request.caller;
}

/**
 * The context of this request, made once. What it reads is noted, and the journal's row is committed before the answer leaves. For `rest`:
 * `authenticate: (request) => openContext(entrance, request)`.
 */
export async function openContext(entrance: Entrance, request: FastifyRequest): Promise<Ctx> {
  const caller = await findCaller(entrance, request);
  request.visit ??= await createContext(entrance, caller, {
    language: preferredLanguage(request.headers['accept-language']) ?? caller.language,
    // A write over the FHIR API is what its request is for; an action of a module writes, reads and writes again, and is noted in the end.
    describe: isFhir(request) ? (seen, status, glass) => journalRow(entrance, request, seen, status, glass) : undefined,
  });
  return request.visit.ctx;
}

/** Commits the journal row of a request. Nothing to note: nobody asked, the route shows nothing of patients, or a write has noted it all. */
export async function noteRequest(entrance: Entrance, request: FastifyRequest, status: number): Promise<void> {
  const { caller, visit } = request;
  if (!caller || request.routeOptions.config.journal === false) return;
  if (visit?.noted && status < 300 && isWithin(visit.seen, visit.noted)) return;
  const seen: Seen = visit?.seen ?? { types: new Set(), patients: new Set() };
  const glass = seen.patients.size > 0 && caller.actor.role !== 'system' ? await entrance.relations.brokenGlass(caller.actor, visit?.ctx.now ?? entrance.clock.now()) : undefined;
  await entrance.journal.note(journalRow(entrance, request, seen, status, glass));
}

function isWithin(seen: Seen, noted: Seen): boolean {
  return [...seen.types].every((type) => noted.types.has(type)) && [...seen.patients].every((patient) => noted.patients.has(patient));
}

function journalRow(entrance: Entrance, request: FastifyRequest, seen: Seen, status: number, glass: ReadonlyMap<string, string> | undefined): JournalRow {
  const { visit } = request;
  const caller = request.caller!;
  const patients = [...seen.patients];
  const opened = glass && patients.map((patient) => glass.get(patient)).find((id) => id !== undefined);
  return {
    at: visit?.ctx.now ?? entrance.clock.now(),
    actor: caller.actor.reference,
    role: caller.actor.role,
    account: caller.account,
    purpose: opened ? 'BTG' : (visit?.ctx.purpose ?? 'TREAT'),
    action: caller.app ? `${actionOf(request)} by app ${caller.app.client}` : actionOf(request),
    patients,
    types: [...seen.types],
    status,
    request: request.id,
    breakGlass: opened,
  };
}

function isFhir(request: FastifyRequest): boolean {
  return (request.routeOptions.url ?? '').startsWith('/fhir/R4');
}

/** What the journal calls this request: the route, or of the FHIR API the interaction and the type. Never ids or words from the address. */
function actionOf(request: FastifyRequest): string {
  const url = request.routeOptions.url ?? '';
  if (!isFhir(request)) return `${request.method} ${url}`;
  const [type = '', ...rest] = request.url.split('?', 1)[0]!.slice('/fhir/R4/'.length).split('/');
  const named = /^[A-Z][A-Za-z]{1,40}$/.test(type) ? type : '';
  const special = [type, ...rest].find((part) => /^(_search|_history|\$[a-z-]{1,40})$/.test(part));
  const verb = special ?? (named === '' ? (request.method === 'POST' ? 'batch' : request.method) : interaction(request.method, rest.length));
  return `${verb} ${named}`.trim();
}

function interaction(method: string, depth: number): string {
  if (method === 'GET' || method === 'HEAD') return depth === 0 ? 'search' : depth === 1 ? 'read' : 'search-compartment';
  return { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method] ?? method;
}
