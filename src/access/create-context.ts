import { Problem, type Language } from '../kernel/problem.ts';
import type { Access, Scope } from '../store/types.ts';
import { checkNoJournalWrite, historyOfAuditEvent, isJournalEvent, readAuditEvent, searchAuditEvents } from './audit-events.ts';
import { relationTypes } from './care-relations.ts';
import type { Actor, CallerStore, Ctx } from './context.ts';
import type { Caller, Entrance } from './entrance.ts';
import { purposes } from './policies.ts';
import { noteSubscriber } from './note-subscriber.ts';
import { noteWith, patientOf, type Describe, type Noticed, type Noting, type Seen } from './note-write.ts';
import { narrowAccess } from './smart/scopes.ts';

/** A request on its way: its context, and what it has seen so far. */
export interface Visit extends Noticed {
  readonly ctx: Ctx;
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
export async function createContext(entrance: Entrance, caller: Caller, options: { language?: Language | undefined; purpose?: string | undefined; /** given where the row may be committed with the first write */ describe?: Describe | undefined } = {}): Promise<Visit> {
  const now = entrance.clock.now();
  const access = await accessOf(entrance, caller, now);
  const seen: Seen = { types: new Set(), patients: new Set() };
  const visit: Noticed = { caller, seen, noted: undefined };
  const ctx = bind(entrance, {
    actor: caller.actor, account: caller.account, caller, access, now, seen, language: options.language ?? caller.language, purpose: options.purpose ?? purposes[caller.actor.role],
    noting: options.describe && noteWith(entrance, visit, options.describe, now),
  });
  return Object.assign(visit, { ctx });
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
  noting?: Noting | undefined;
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
    store: callerStore(entrance, scope, bound),
    sql: entrance.db,
    log: entrance.log,
    clock: entrance.clock,
    now: bound.now,
    language: bound.language,
    // What Karta reads for its own decisions is not shown to the caller, so the journal does not count it as seen.
    asSystem: () => bind(entrance, { ...bound, caller: undefined, actor: karta, access: everything, seen: undefined, purpose: 'SYSDEV', noting: undefined }),
  };
  entrances.set(ctx, { entrance, account: bound.account, caller: bound.caller });
  return ctx;
}

function callerStore(entrance: Entrance, scope: Scope, { caller, noting }: Bound): CallerStore {
  const { store } = entrance;
  return {
    profiles: store.profiles,
    read: (type, id) => (isJournalEvent(type, id) ? readAuditEvent(entrance, scope, id) : store.read(scope, type, id)),
    readMany: (references) => store.readMany(scope, references),
    vread: (type, id, version) => (isJournalEvent(type, id) && version === 1 ? readAuditEvent(entrance, scope, id) : store.vread(scope, type, id, version)),
    history: (of, page) => (of.id !== undefined && isJournalEvent(of.type ?? '', of.id) ? historyOfAuditEvent(entrance, scope, of.id, page) : store.history(scope, of, page)),
    search: (type, query, searchOptions) => (type === 'AuditEvent' ? searchAuditEvents(entrance, scope, query, searchOptions) : store.search(scope, type, query, searchOptions)),
    everything: (of, page) => store.everything(scope, of, page),
    write: async (operations, options) => {
      checkNoJournalWrite(operations);
      const given = noteSubscriber(caller, operations, options);
      // What is answered again under its key is not written, and is noted as any other answer.
      const note = given?.idempotencyKey === undefined ? await noting?.begin() : undefined;
      const results = await store.write(scope, operations, note ? { ...given, note } : given).catch((error: unknown) => {
        noting?.failed();
        throw error;
      });
      for (const result of results) scope.seen?.(result.type, patientOf(result));
      const changed = results.filter((result) => relationTypes.has(result.type) && result.outcome !== 'unchanged');
      // The writer's next request must find the record open: not even the feed's few milliseconds later.
      if (changed.length > 0) await entrance.relations.changed(changed, scope.now);
      return results;
    },
  };
}

/** Refuses `access.wrong-role` unless the caller has one of the roles. */
export function demandRole(ctx: Ctx, allowed: readonly string[]): void {
  if (!allowed.includes(ctx.actor.role)) throw new Problem('access.wrong-role');
}
