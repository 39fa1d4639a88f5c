import { Problem, type Language } from '../kernel/problem.ts';
import type { Access, Scope } from '../store/types.ts';
import { relationTypes } from './care-relations.ts';
import type { Actor, CallerStore, Ctx } from './context.ts';
import type { Caller, Entrance } from './entrance.ts';
import { purposes } from './policies.ts';
import { noteSubscriber } from './note-subscriber.ts';
import { narrowAccess } from './smart/scopes.ts';

/** What a request has seen: filled by the store as it answers, read by the journal before the answer leaves. */
export interface Seen {
  readonly types: Set<string>;
  readonly patients: Set<string>;
}

/** A request on its way: its context, and what it has seen so far. */
export interface Visit {
  readonly ctx: Ctx;
  readonly caller: Caller;
  readonly seen: Seen;
}

export const karta: Actor = { reference: 'Device/karta', role: 'system', name: 'Карта' };
const everything: Access = { name: 'system', rules: [{ types: 'all', patients: 'all', write: true }] };
/** Asks for nothing and may do nothing: public routes. */
const nothing: Access = { name: 'public', rules: [] };
const nobody: Actor = { reference: 'Device/public', role: 'patient', patients: [], name: '' };

/** So that a module's `breakGlass(ctx, …)` or `relationOf(ctx, …)` needs nothing but its context. */
const entrances = new WeakMap<Ctx, { entrance: Entrance; account: string; caller: Caller | undefined }>();

export function entranceOf(ctx: Ctx): { entrance: Entrance; account: string; caller: Caller | undefined } {
  const known = entrances.get(ctx);
  if (!known) throw new Error('this context was not made by createContext');
  return known;
}

/** What a caller may see and change now: what his scopes or his relations open, of an app both at once. */
export async function accessOf(entrance: Entrance, caller: Caller, now: Date): Promise<Access> {
  if (caller.access) return caller.access;
  if (caller.actor.role === 'system') return everything;
  const own = await entrance.relations.accessOf(caller.actor, now);
  return caller.app ? narrowAccess(own, caller.app.scope, caller.app.patient) : own;
}

/** The context of a signed-in caller's request: his access as it is at this moment. */
export async function createContext(entrance: Entrance, caller: Caller, options: { language?: Language | undefined; purpose?: string | undefined } = {}): Promise<Visit> {
  const now = entrance.clock.now();
  const access = await accessOf(entrance, caller, now);
  const seen: Seen = { types: new Set(), patients: new Set() };
  const ctx = bind(entrance, { actor: caller.actor, account: caller.account, caller, access, now, seen, language: options.language ?? caller.language, purpose: options.purpose ?? purposes[caller.actor.role] });
  return { ctx, caller, seen };
}

/** The context of a public route: nobody, who may do nothing by himself. */
export function publicContext(entrance: Entrance, language: Language): Ctx {
  return bind(entrance, { actor: nobody, account: '', access: nothing, now: entrance.clock.now(), seen: undefined, language, purpose: 'PATRQT' });
}

/** Karta itself, in a job or a reaction. */
export function systemContext(entrance: Entrance, language: Language = 'ru'): Ctx {
  return bind(entrance, { actor: karta, account: 'karta', access: everything, now: entrance.clock.now(), seen: undefined, language, purpose: 'SYSDEV' });
}

interface Bound {
  /** Set for the request of a caller; not for Karta itself. */
  caller?: Caller | undefined;
  actor: Actor;
  account: string;
  access: Access;
  now: Date;
  seen: Seen | undefined;
  language: Language;
  purpose: string;
}

function bind(entrance: Entrance, bound: Bound): Ctx {
  const { seen } = bound;
  const scope: Scope = {
    access: bound.access,
    actor: bound.actor.reference,
    now: bound.now,
    ...(seen && {
      seen: (type: string, patient: string | undefined) => {
        seen.types.add(type);
        if (patient !== undefined) seen.patients.add(patient);
      },
    }),
  };
  const ctx: Ctx = {
    actor: bound.actor,
    purpose: bound.purpose,
    scope,
    store: callerStore(entrance, scope, bound.caller),
    sql: entrance.db,
    log: entrance.log,
    clock: entrance.clock,
    now: bound.now,
    language: bound.language,
    // What Karta reads for its own decisions is not shown to the caller, so the journal does not count it as seen.
    asSystem: () => bind(entrance, { ...bound, caller: undefined, actor: karta, access: everything, seen: undefined, purpose: 'SYSDEV' }),
  };
  entrances.set(ctx, { entrance, account: bound.account, caller: bound.caller });
  return ctx;
}

function callerStore(entrance: Entrance, scope: Scope, caller: Caller | undefined): CallerStore {
  const { store } = entrance;
  return {
    read: (type, id) => store.read(scope, type, id),
    readMany: (references) => store.readMany(scope, references),
    vread: (type, id, version) => store.vread(scope, type, id, version),
    history: (of, page) => store.history(scope, of, page),
    search: (type, query) => store.search(scope, type, query),
    everything: (of, page) => store.everything(scope, of, page),
    write: async (operations, options) => {
      const results = await store.write(scope, operations, noteSubscriber(caller, operations, options));
      for (const result of results) scope.seen?.(result.type, result.type === 'Patient' ? result.id : patientIn(result.content));
      const changed = results.filter((result) => relationTypes.has(result.type) && result.outcome !== 'unchanged');
      // The writer's next request must find the record open: not even the feed's few milliseconds later.
      if (changed.length > 0) await entrance.relations.changed(changed, scope.now);
      return results;
    },
  };
}

/** The patient that a written resource names as its own, read without parsing the whole text. */
function patientIn(content: string): string | undefined {
  return /"(?:subject|patient|beneficiary|for)"\s*:\s*\{\s*"reference"\s*:\s*"Patient\/([A-Za-z0-9\-.]{1,64})/.exec(content)?.[1];
}

/** Refuses `access.wrong-role` unless the caller has one of the roles. */
export function demandRole(ctx: Ctx, allowed: readonly string[]): void {
  if (!allowed.includes(ctx.actor.role)) throw new Problem('access.wrong-role');
}
