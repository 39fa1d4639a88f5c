/** What search reads from a resource: one entry per value of a search parameter. Pure data; the store decides where it lies. */
export type IndexEntry =
  | { kind: 'token'; param: string; system?: string; code?: string; /** display or text, for `:text` */ text?: string; /** Identifier.type, for `:of-type` */ identifierType?: { system?: string; code?: string } }
  | { kind: 'reference'; param: string; /** `Patient/1` for a local one, else the absolute URL, `urn:` or `#id` left out */ target?: string; targetType?: string; /** Reference.identifier, for `:identifier` */ identifier?: { system?: string; value?: string } }
  | { kind: 'string'; param: string; value: string }
  /** Epoch milliseconds of the first and the last instant that the value may mean; ±Infinity where a Period is open. */
  | { kind: 'date'; param: string; low: number; high: number }
  /** `low` and `high` are the value itself, or wider where a comparator or a Range says so; ±Infinity where open. */
  | { kind: 'number'; param: string; value: number; low: number; high: number }
  | { kind: 'quantity'; param: string; value: number; low: number; high: number; system?: string; code?: string; unit?: string }
  | { kind: 'uri'; param: string; value: string }
  | { kind: 'position'; param: string; latitude: number; longitude: number }
  | { kind: 'composite'; param: string; parts: readonly (readonly IndexEntry[])[] };

export type SearchParamType = 'number' | 'date' | 'string' | 'token' | 'reference' | 'composite' | 'quantity' | 'uri' | 'special';

export interface SearchParam {
  name: string;
  type: SearchParamType;
  url: string;
  /** FHIRPath, already narrowed to the one base type. */
  expression: string;
  /** Target types of a reference. */
  targets: readonly string[];
  components: readonly { param: string; expression: string; type: SearchParamType }[];
}

/** Where a resource belongs: ids of local patients whose compartment it is in, the primary one first; a Patient is its own. */
export interface Compartments {
  patients: readonly string[];
}
