import type { Resource } from '@medplum/fhirtypes';
import { newId, shardOf } from '../kernel/id.ts';
import { indexRow } from './row.ts';
import type { TokenHasher } from './token-hash.ts';

/** The id for a new resource: in its patient's shard where it belongs to one. */
export function idFor(resource: Resource, hasher: TokenHasher, zone: string): string {
  if (resource.resourceType === 'Patient') return newId();
  const row = indexRow({ ...resource, id: 'new' }, hasher, zone);
  return newId(row.patient === undefined ? undefined : shardOf(row.patient));
}
