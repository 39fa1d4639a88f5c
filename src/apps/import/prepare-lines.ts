import type { Resource } from '@medplum/fhirtypes';
import { joinRegistries, kartaRegistry, standardRegistry } from '../../fhir/index.ts';
// By themselves, not through their doors: a thread that only prepares need not load all the API and all of the store.
import { parseResource } from '../../rest/parse-body.ts';
import { idFor } from '../../store/new-id.ts';
import { makeRows } from '../../store/make-rows.ts';
import type { MadeRows, RowMaking } from '../../store/types.ts';
import { leadsOut, targetOf } from './outward-references.ts';

/** Lines of an NDJSON file, to be made into rows. */
export interface LinesToPrepare {
  bytes: Uint8Array;
  invariants: boolean;
  /** The URLs of extensions that are defined in the database, where a thread cannot look. */
  extensions: readonly string[];
  making: RowMaking;
}

/** A batch that can be inserted as it is. */
export interface PreparedLines {
  rows: MadeRows;
  /** How many resources, each a line. */
  resources: number;
  byType: ReadonlyMap<string, number>;
  /** `Type/id` of what is written. */
  keys: ReadonlySet<string>;
  /** References that lead out of the batch. */
  outward: readonly string[];
}

/**
 * Reads, checks and indexes lines of NDJSON. Undefined where anything in them is not simply a new resource (a Bundle, a fault, an id twice):
 * then each line is looked at by itself.
 */
export function prepareLines({ bytes, invariants, extensions, making }: LinesToPrepare): PreparedLines | undefined {
  try {
    const creates: { resource: Resource & { id: string }; text: string }[] = [];
    const keys = new Set<string>();
    const byType = new Map<string, number>();
    for (const text of textsOf(bytes)) {
      if (invariants && extensions.some((url) => text.includes(url))) return undefined;
      const resource = parseResource(text);
      const { resourceType: type } = resource;
      if (apart.has(type) || (invariants && claimsUnknown(resource))) return undefined;
      const id = (resource.id ??= idFor(resource));
      creates.push({ resource: resource as Resource & { id: string }, text });
      keys.add(`${type}/${id}`);
      byType.set(type, (byType.get(type) ?? 0) + 1);
    }
    if (creates.length === 0 || keys.size < creates.length) return undefined;
    const { made, literals } = makeRows(creates, making, { invariants });
    const outward = new Set<string>();
    for (const reference of literals) {
      if (!leadsOut(reference)) continue;
      const target = targetOf(reference);
      if (!keys.has(target)) outward.add(target);
    }
    return { rows: made, resources: creates.length, byType, keys, outward: [...outward] };
  } catch {
    return undefined; // what is wrong, and in which line, is found and told line by line
  }
}

/** What is more than a new resource: it holds others, or others are held against it. */
const apart = new Set(['Bundle', 'StructureDefinition', 'ValueSet', 'CodeSystem', 'SearchParameter']);

const shipped = joinRegistries(kartaRegistry, standardRegistry);

/** Does it claim a profile that may lie in the database? A thread cannot look there. */
function claimsUnknown({ meta }: Resource): boolean {
  return meta?.profile?.some((url) => typeof url !== 'string' || shipped.profile(url) === undefined) ?? false;
}

/** The lines with something in them. */
export function textsOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().split('\n').filter((text) => text.trim() !== '');
}
