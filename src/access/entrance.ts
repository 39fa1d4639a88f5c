import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Database } from '../db/types.ts';
import type { Access, Store } from '../store/types.ts';
import type { Actor } from './context.ts';
import { Journal } from './journal.ts';
import { Relations } from './relations.ts';

/** A signed-in caller: who he is and by what he came. */
export interface Caller {
  actor: Actor;
  /** Account or service client: the journal's `account`. */
  account: string;
  /** Set for a service client: what its scopes open. */
  access: Access | undefined;
  language: 'ru' | 'en';
  /** Set for an app that acts on his behalf: it may do what its scopes and he himself may. */
  app?: { client: string; scope: string; patient: string | undefined };
  /** How he came; writes by cookie need the same origin. */
  by: 'cookie' | 'bearer';
  demo: boolean;
}

/** A caller kept in memory for a second, so that thousands of requests a second do not ask the database. */
export interface KeptCaller {
  caller: Caller;
  /** Epoch milliseconds at which the database was asked. */
  asked: number;
  /** Epoch milliseconds of the end of the token itself. */
  ends: number;
}

/** Everything that stands at the door: one for each process, made by `openEntrance`. */
export interface Entrance {
  readonly db: Database;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** The public origin: issuer of tokens, origin of links. */
  readonly url: string;
  readonly demo: boolean;
  readonly relations: Relations;
  readonly journal: Journal;
  readonly kept: Map<string, KeptCaller>;
}

export function openEntrance(parts: Pick<Entrance, 'db' | 'store' | 'clock' | 'log' | 'url' | 'demo'>): Entrance {
  return { ...parts, relations: new Relations(parts.store, parts.db), journal: new Journal(parts.db, parts.log), kept: new Map() };
}
