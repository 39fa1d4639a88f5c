import type { Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../access/context.ts';

/**
 * One interaction as it was asked for, by HTTP or as an entry of a Bundle: both take the same way.
 * http://hl7.org/fhir/R4/http.html
 */
export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Decoded segments below the base: `['Patient', '1']`. */
  path: readonly string[];
  /** The part after `?`, still encoded; of `POST _search` also its form. */
  query: string;
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
  ifModifiedSince?: string | undefined;
  ifNoneExist?: string | undefined;
  prefer?: string | undefined;
  idempotencyKey?: string | undefined;
  /** Parses the body on demand; throws `Problem` where it is no resource. */
  resource(): Resource;
  /** The JSON of that resource as it was written, so that decimals keep their digits. */
  text: string | undefined;
  /** The JSON Patch of a PATCH, as text; throws `Problem` where there is none. */
  patch(): string;
}

/** What comes back. `body` is JSON text, served as it is. */
export interface Answer {
  status: number;
  body?: string;
  location?: string;
  contentLocation?: string;
  /** Version number, sent as weak ETag. */
  version?: number;
  /** Instant of the version, ISO 8601. */
  updated?: string;
}

/** What every interaction stands on. */
export interface Base {
  /** The FHIR base without a trailing slash, e.g. `https://karta.example/fhir/R4`. */
  url: string;
  operations: readonly Operation[];
}

export type Interaction = (base: Base, ctx: Ctx, call: Call) => Promise<Answer>;

/** An FHIR operation of a module, http://hl7.org/fhir/R4/operations.html: `name` without `$`. */
export interface Operation {
  name: string;
  level: 'system' | 'type' | 'instance';
  /** Types at which it may be called; not for `system`. */
  types?: readonly string[];
  /** URL of its OperationDefinition. */
  definition: string;
  /** An operation that changes nothing may be called by GET. */
  affectsState: boolean;
  /** Answers a resource, or a whole answer where there is more to say: a text already written, another status. */
  run(ctx: Ctx, input: OperationInput): Promise<Resource | Answer>;
}

export interface OperationInput {
  type?: string;
  id?: string;
  query: URLSearchParams;
  /** Parses the body; throws `Problem` where there is none. */
  resource: () => Resource;
  /** The body as it was written, empty where there is none. */
  text: string;
  /** The FHIR base without a trailing slash. */
  url: string;
  prefer?: string | undefined;
  idempotencyKey?: string | undefined;
}
