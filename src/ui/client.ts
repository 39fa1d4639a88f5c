import { Problem, categories, problemDefinition, problemText } from '../kernel/problem.ts';
import type { Category, Details, Issue } from '../kernel/problem.ts';
import './problems.ts';
import { currentLanguage } from './words.ts';

/** A refusal as the screen shows it: the server's sentence in the user's language, or our own where the server was not reached. */
export class Refusal extends Problem {
  readonly sentence: string;
  readonly status: number;

  constructor(code: string, sentence: string, status: number, details: Details = {}, issues: readonly Issue[] = []) {
    super(code, details, issues);
    this.name = 'Refusal';
    this.message = sentence;
    this.sentence = sentence;
    this.status = status;
  }
}

/** Any thrown thing as a refusal that can be shown; a bug gets the words for a bug. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Problem) return own(error.code, error.details);
  return own('ui.fault', {});
}

function own(code: string, details: Details): Refusal {
  const { category } = problemDefinition(code);
  return new Refusal(code, problemText(code, details, currentLanguage()), categories[category].status, details);
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON; a FormData or Blob as it is. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** One per act of a person, the same for its repetitions; made when absent. */
  idempotencyKey?: string;
  signal?: AbortSignal | undefined;
  /** 20 unless told. */
  seconds?: number;
}

const signedOutListeners = new Set<() => void>();

/** Called when the server says that the session has ended (401). */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

export function newKey(): string {
  // randomUUID exists only on https and localhost; a clinic's first trial may run on plain http.
  if (globalThis.isSecureContext) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The one way to the server: same-origin cookie, language, idempotency key on changes, problem JSON (RFC 9457) and OperationOutcome
 * as `Refusal`. Answers parsed JSON; undefined for an empty answer; a Blob for what is no JSON.
 */
export async function call<T = unknown>(path: string, { method = 'GET', body, headers = {}, idempotencyKey, signal, seconds = 20 }: Call = {}): Promise<T> {
  const timeout = AbortSignal.timeout(seconds * 1000);
  const raw = body instanceof FormData || body instanceof Blob || body instanceof URLSearchParams;
  const sent: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json',
      'Accept-Language': currentLanguage(),
      ...(body === undefined || raw ? {} : { 'Content-Type': path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json' }),
      ...(method === 'GET' ? {} : { 'Idempotency-Key': idempotencyKey ?? newKey() }),
      ...headers,
    },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  };
  if (body !== undefined) sent.body = raw ? body : JSON.stringify(body);
  let response: Response;
  try {
    response = await fetch(path, sent);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw timeout.aborted ? own('ui.timeout', { seconds }) : own('ui.offline', {});
  }
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) throw await refused(response, type);
  if (response.status === 204) return undefined as T;
  if (!type.includes('json')) return (type ? await response.blob() : undefined) as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

async function refused(response: Response, type: string): Promise<Refusal> {
  const said = type.includes('json') ? await response.json().catch(() => undefined) : undefined;
  if (response.status === 401) for (const listener of signedOutListeners) listener();
  if (said?.resourceType === 'OperationOutcome') {
    const first = said.issue?.[0] ?? {};
    return new Refusal(first.details?.coding?.[0]?.code ?? first.code ?? 'fault', first.details?.text ?? first.diagnostics ?? '', response.status, {}, []);
  }
  if (typeof said?.detail === 'string') return new Refusal(said.code ?? 'fault', said.detail, response.status, said.details ?? {}, said.issues ?? []);
  return own('ui.unreadable', { status: response.status, time: new Date().toISOString() });
}

/** Whether a repetition may help: the line or the server's moment, not what was asked. */
export function isPassing(error: unknown): boolean {
  const passing: readonly Category[] = ['unavailable', 'throttled'];
  return error instanceof Refusal && passing.some((category) => categories[category].status === error.status);
}

/** The modules' addresses, `/api` before the path. */
export const api = {
  get: <T>(path: string, options?: Call) => call<T>(`/api${path}`, options),
  post: <T>(path: string, body?: unknown, options?: Call) => call<T>(`/api${path}`, { ...options, method: 'POST', body: body ?? {} }),
  put: <T>(path: string, body: unknown, options?: Call) => call<T>(`/api${path}`, { ...options, method: 'PUT', body }),
  patch: <T>(path: string, body: unknown, options?: Call) => call<T>(`/api${path}`, { ...options, method: 'PATCH', body }),
  remove: <T>(path: string, options?: Call) => call<T>(`/api${path}`, { ...options, method: 'DELETE' }),
};

/** The FHIR API, `/fhir/R4` before the path. */
export const fhir = {
  read: <T>(reference: string, options?: Call) => call<T>(`/fhir/R4/${reference}`, options),
  /** By POST, since what identifies a person never stands in an address. */
  search: <T>(type: string, params: Readonly<Record<string, string>> | URLSearchParams, options?: Call) => call<T>(`/fhir/R4/${type}/_search`, { ...options, method: 'POST', body: params instanceof URLSearchParams ? params : new URLSearchParams(params) }),
  create: <T>(resource: { resourceType: string }, options?: Call) => call<T>(`/fhir/R4/${resource.resourceType}`, { ...options, method: 'POST', body: resource }),
  update: <T>(resource: { resourceType: string; id?: string; meta?: { versionId?: string } }, options?: Call) =>
    call<T>(`/fhir/R4/${resource.resourceType}/${resource.id}`, { ...options, method: 'PUT', body: resource, headers: { ...(resource.meta?.versionId ? { 'If-Match': `W/"${resource.meta.versionId}"` } : {}), ...options?.headers } }),
};
