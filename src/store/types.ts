import type { Resource, StructureDefinition } from '@medplum/fhirtypes';
import type { Transaction } from '../db/types.ts';
import type { ValidateOptions } from '../fhir/index.ts';
import type { Issue, Problem } from '../kernel/problem.ts';
import type { StoreIndex } from './index-set.ts';
import type { MadeRows, RowMaking } from './made-rows.ts';

export type { MadeRows, RowMaking };

/**
 * What a caller may see and change, as a value: the store compiles it into a predicate that every statement carries and never
 * asks who the caller is. What it does not allow answers as absent.
 */
export interface Access {
  /** A short name for logs and error texts of the journal, e.g. `doctor`. Never a person's name. */
  readonly name: string;
  readonly rules: readonly AccessRule[];
  /** Programs that bring records in pieces or for trial: a local reference to what never existed is let in. Everybody else is refused. */
  readonly danglingReferences?: 'allow';
}

/** What may be done with a resource, as SMART App Launch 2.2 tells it apart (`cruds`): `read` is one by id, `search` is finding. */
export type AccessAct = 'create' | 'read' | 'update' | 'delete' | 'search';

export interface AccessRule {
  readonly types: readonly string[] | 'all';
  /** Ids of the patients whose compartments are open; `all` includes what belongs to no patient. */
  readonly patients: readonly string[] | 'all';
  /** Opens every act; without it, reading and searching. */
  readonly write: boolean;
  /** Exactly these acts instead of what `write` says. */
  readonly acts?: readonly AccessAct[];
  /** A resource that carries one of these security labels (`meta.security`, `system|code`) is absent under this rule. */
  readonly withoutLabels?: readonly string[];
  /** A resource must carry one of these tokens, as `param=system|code`, e.g. `author=Practitioner/1`. */
  readonly withTokens?: readonly string[];
  /** Further groups like `withTokens`: of every one of them the resource must carry a token. */
  readonly everyTokens?: readonly (readonly string[])[];
}

/** A resource as stored: the exact text that is served, and what is known without parsing it. */
export interface Stored {
  type: string;
  id: string;
  version: number;
  /** Instant of this version, ISO 8601 UTC with milliseconds. */
  updated: string;
  deleted: boolean;
  /** The JSON text, meta included; empty where deleted. */
  content: string;
  /** Number of the compartment that the row stands in, as text. */
  compartment: string;
}

/** Who acts, and what is to be noted while he does. One for each request or job. */
export interface Scope {
  readonly access: Access;
  /** Reference of the actor for the journal and Provenance, e.g. `Practitioner/…`, `Device/…`. */
  readonly actor: string;
  readonly now: Date;
  /** Told of every resource that leaves the store; the journal of the request collects it. */
  readonly seen?: (type: string, patient: string | undefined) => void;
}

export type WriteOperation =
  /** `ifNoneExist`: a search query; one match answers it unchanged, several refuse (http://hl7.org/fhir/R4/http.html#ccreate). */
  | { method: 'create'; resource: Resource; /** the JSON as received, kept to the letter (decimals) where given */ text?: string; ifNoneExist?: string; /** keep the id that the resource carries */ keepId?: boolean }
  /** `ifMatch`: the version that must be current; `any`: that there is one (RFC 9110 §13.1.1). */
  | { method: 'update'; resource: Resource; text?: string; ifMatch?: number | 'any'; /** update by search, http://hl7.org/fhir/R4/http.html#cond-update */ where?: string }
  | { method: 'delete'; type: string; id: string; ifMatch?: number | 'any' }
  | { method: 'delete'; type: string; where: string; ifMatch?: number | 'any' };

export interface WriteResult extends Stored {
  outcome: 'created' | 'updated' | 'unchanged' | 'deleted';
  /** Id of the primary patient of what was written; absent where it belongs to none, and where nothing was written now. */
  patient?: string;
}

/** Runs inside the store's transaction: a module's guards, drafts and blobs. Throwing takes everything back. */
export type Alongside = (sql: Transaction) => Promise<void>;

/** The store's readings for one caller. */
export interface Reader {
  read(type: string, id: string): Promise<Stored>;
  readMany(references: readonly string[]): Promise<Stored[]>;
  vread(type: string, id: string, version: number): Promise<Stored>;
  history(of: { type?: string; id?: string }, page: HistoryPage): Promise<{ entries: Stored[]; next: string | undefined }>;
  /** Several types, or undefined for those that `_type` names or all; see the store. */
  search(type: string | readonly string[] | undefined, query: string, options?: SearchOptions): Promise<SearchResult>;
  everything(of: EverythingOf, page: EverythingPage): Promise<{ entries: Stored[]; next: string | undefined }>;
}

export interface HistoryPage {
  count: number;
  /** Cursor of the page before. */
  before?: string;
  since?: Date;
  /** Only versions that were current at some time in this period, epoch milliseconds, both ends within; ±Infinity where open. */
  current?: { from: number; to: number };
  /** Only of these resources, by `Type/id`. */
  among?: readonly string[];
  oldestFirst?: boolean;
}

/** A table of another floor's, written within the store's own statement: the journal's. */
export interface NoteTable<Row = never> {
  /** Parts of a `with` that insert the rows whose values begin at `$first`, under an SQL condition. */
  parts(first: number, condition: string): string;
  values(rows: readonly Row[]): Buffer[];
}

/** A row that is committed with what is written, or not at all. */
export interface Note {
  table: NoteTable;
  /** Asked when the results are known, again where the write is tried again; never where nothing changes. */
  row(results: readonly WriteResult[]): unknown;
}

/** Whose: patients by id; or an encounter by id with its compartment, as its row says. */
export type EverythingOf = { patients: readonly string[] } | { encounter: string; compartment: string };

export interface EverythingPage {
  count: number;
  /** Cursor of the page before. */
  after?: string;
  types?: readonly string[];
  /** Changed since. */
  since?: Date;
  /** Dates of care, epoch milliseconds; what has no date is always within. */
  from?: number;
  to?: number;
}

export interface WriteOptions {
  note?: Note | undefined;
  alongside?: Alongside;
  /** Reads within the transaction, after everything is written: what is read belongs to it, and throwing takes everything back. May run again. */
  within?: (reader: Reader) => Promise<void>;
  /** The same key with the same actor answers the first answer again and changes nothing. */
  idempotencyKey?: string;
  /** References to local resources that never existed: refused by the API, listed by import. */
  danglingReferences?: 'refuse' | 'allow';
  /** False: structure, cardinality, formats and required bindings are checked, the invariants are not. */
  invariants?: boolean;
  /** The caller has found every resource valid already, naming the entries of his Bundle: it is not checked a second time. */
  checked?: boolean;
}

/** A page of everything of a type as it was at an instant, in the order of ids. */
export interface ScanOf {
  type: string;
  /** Id after which the page begins; empty for the first. */
  after: string;
  limit: number;
  /** Each resource is shown in the version that was current then. It must lie in the past of every transaction that is open. */
  asOf: Date;
  /** Only what was written after it; what was deleted since comes without content. */
  since?: Date;
  /** Ids of the patients to whom the resources belong. */
  patients?: readonly string[];
}

export interface Scanned {
  entries: Stored[];
  /** Ids of the entries that have changed since: the version shown is not the current one. */
  former: ReadonlySet<string>;
  /** Id after which the next page begins; undefined at the end. */
  next: string | undefined;
}

export interface SearchResult {
  /** Matches in order. */
  matches: Stored[];
  /** What `_include` and `_revinclude` brought. */
  included: Stored[];
  total: number | undefined;
  /** Cursor of the next page; undefined on the last one. */
  next: string | undefined;
  /** The query as it was understood, for the self link. */
  self: string;
  /** What a lenient search left out, each with the refusal that a strict one gives. */
  ignored: readonly { parameter: string; problem: Problem }[];
}

export interface SearchOptions {
  /** What a parameter that is not known means: a refusal (as a rule), or one criterion less, which the result then names. */
  handling?: 'strict' | 'lenient';
  /** Search in the compartment of this owner: `{ owner: 'Patient', id }`. */
  compartment?: { owner: string; id: string };
  /** The FHIR base of this server, so that absolute references to itself are understood. */
  base?: string;
  /** The cursor of the next page carries all criteria, sealed: for searches whose criteria must not stand in a URL. */
  sealed?: boolean;
}

/** What the resources of this installation are held against beside R4: Karta's profiles, those that are stored, and R4's own. */
export interface KnownProfiles {
  /**
   * Every fault of a resource, of what it claims, of the extensions that it carries; a StructureDefinition is judged as such too. A promise only where a canonical is met for
   * the first time and has to be looked up.
   */
  validate(resource: Resource, options?: ValidateOptions): readonly Issue[] | Promise<readonly Issue[]>;
  /** The stored, shipped or standard profile of a canonical. */
  find(canonical: string): Promise<StructureDefinition | undefined>;
  /** The URLs of the extensions that stored definitions are about. */
  extensions(): Promise<readonly string[]>;
  /** Definitions have been written, here or in another process: what is remembered counts no more. */
  forget(): void;
}

/** The FHIR store: one read path, one write path. Every method throws `Problem` and changes nothing when it does. */
export interface Store {
  /** What rows are indexed by: parameters defined here, and how far older rows are brought up. */
  readonly index: StoreIndex;
  /** What resources are held against before they are written: Karta's profiles, R4's own, and those that are stored. */
  readonly profiles: KnownProfiles;
  read(scope: Scope, type: string, id: string): Promise<Stored>;
  /** Several by `Type/id` at once; what is absent or not allowed is left out. */
  readMany(scope: Scope, references: readonly string[]): Promise<Stored[]>;
  vread(scope: Scope, type: string, id: string, version: number): Promise<Stored>;
  /** `type` and `id` narrow. Refuses `store.not-found` where nothing of the one resource may be seen. */
  history(scope: Scope, of: { type?: string; id?: string }, page: HistoryPage): Promise<{ entries: Stored[]; next: string | undefined }>;
  /**
   * `query` is the part after `?`, already without the type: `patient=Patient/1&_sort=-date`. Several types, or `undefined` for those that `_type` names or
   * all: by what they have in common.
   */
  search(scope: Scope, type: string | readonly string[] | undefined, query: string, options?: SearchOptions): Promise<SearchResult>;
  /** A version that meets a query as it was when that version was current, for a caller who may see it and what it is now; undefined otherwise. Deleted meanwhile: undefined. */
  matchVersion(scope: Scope, of: { type: string; id: string; version: number }, query: string): Promise<Stored | undefined>;
  /** A page of a type as it was at an instant, of what all the accesses open: for bulk exports. */
  scan(accesses: readonly Access[], of: ScanOf): Promise<Scanned>;
  /** What `$everything` answers, by type and id, without what it only refers to. */
  everything(scope: Scope, of: EverythingOf, page: EverythingPage): Promise<{ entries: Stored[]; next: string | undefined }>;
  /** All or nothing, in one transaction, in the order given. */
  write(scope: Scope, operations: readonly WriteOperation[], options?: WriteOptions): Promise<WriteResult[]>;
  /** What `makeRows` needs to make the rows of so many new resources, in a thread of its own. For callers to whom everything is open. */
  making(scope: Scope, count: number): Promise<RowMaking>;
  /**
   * Inserts the rows that were made, all or nothing; references are not looked for. Fails where one of them cannot simply be inserted (its id
   * is there, other parameters are in force since): `write` of the same resources then does what can be done, or says why not.
   */
  insert(rows: MadeRows, alongside: Alongside): Promise<void>;
}

/** What a search asks of terminology (`:in`, `:not-in`, `:above`, `:below`); the terminology floor stands above and gives it. */
export interface CodeLookup {
  /** The codings of a value set by its canonical (`url` or `url|version`); undefined where it is unknown or cannot be expanded. */
  members(valueSet: string): Promise<readonly { system: string; code: string }[] | undefined>;
  /** The code and all that it subsumes; only the code itself where the system is flat or unknown. */
  below(system: string, code: string): Promise<readonly string[]>;
  /** The code and all that subsume it. */
  above(system: string, code: string): Promise<readonly string[]>;
}

/** A change as events and live streams see it: never content. */
export interface Change {
  /** Position in the feed: order is promised within a patient. */
  cursor: string;
  type: string;
  id: string;
  version: number;
  outcome: WriteResult['outcome'];
  /** Id of the primary patient, where there is one. */
  patient: string | undefined;
  actor: string;
  at: string;
}
