import type { z } from 'zod';
import type { Ctx, Role } from '../access/context.ts';
import type { ProblemDefinitions } from '../kernel/problem.ts';
import type { Operation } from '../rest/index.ts';
import type { Change } from '../store/types.ts';

/**
 * One address of a module: parsed by schemas, answered by an action or a read. Mounted under `/api`.
 * The handler gets a checked input; a refusal is a thrown `Problem`.
 */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** e.g. `/patients/:id/card`. Never carries what identifies a person: opaque ids only; searches are POST. */
  path: string;
  /** Who may call it at all; what he then sees is decided by his access. `public` needs no session. */
  roles: readonly Role[] | 'public';
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Bytes that the body may have; 1 MB unless told. */
  bodyLimit?: number;
  handle(ctx: Ctx, input: { params: never; query: never; body: never; idempotencyKey: string | undefined }): Promise<unknown>;
}

/** Gives `handle` the types of its schemas. */
export function route<P extends z.ZodType = z.ZodUndefined, Q extends z.ZodType = z.ZodUndefined, B extends z.ZodType = z.ZodUndefined>(definition: {
  method: Route['method'];
  path: string;
  roles: Route['roles'];
  params?: P;
  query?: Q;
  body?: B;
  bodyLimit?: number;
  handle(ctx: Ctx, input: { params: z.output<P>; query: z.output<Q>; body: z.output<B>; idempotencyKey: string | undefined }): Promise<unknown>;
}): Route {
  return definition;
}

/** An answer that is not JSON: a file, a page of text. */
export class FileAnswer {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly fileName: string | undefined;
  /** `own`: HTML that we wrote ourselves, shown in a frame of our page, which measures and prints it; it still runs and loads nothing. */
  readonly trust: 'foreign' | 'own';
  constructor(bytes: Uint8Array, mediaType: string, fileName?: string, trust: 'foreign' | 'own' = 'foreign') {
    this.bytes = bytes;
    this.mediaType = mediaType;
    this.fileName = fileName;
    this.trust = trust;
  }
}

/** Reacts to what others wrote, after commit, at least once: it must be idempotent. */
export interface Reaction {
  name: string;
  types: readonly string[];
  react(ctx: Ctx, change: Change): Promise<void>;
}

/** Work on a schedule, done by one process at a time (a lease). */
export interface Job {
  name: string;
  everySeconds: number;
  run(ctx: Ctx): Promise<void>;
}

export interface Module {
  name: string;
  routes?: readonly Route[];
  /** FHIR operations, mounted in the FHIR API and named in its CapabilityStatement. */
  operations?: readonly Operation[];
  reacts?: readonly Reaction[];
  jobs?: readonly Job[];
  problems?: ProblemDefinitions;
}

export function defineModule(module: Module): Module {
  return module;
}
