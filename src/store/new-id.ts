import type { Resource } from '@medplum/fhirtypes';
import { compartmentsOf } from '../fhir/index.ts';
import { newId, shardOf } from '../kernel/id.ts';

/** The id for a new resource: in its patient's shard where it belongs to one. */
export function idFor(resource: Resource): string {
  if (resource.resourceType === 'Patient') return newId();
  const [patient] = compartmentsOf(resource).patients;
  return newId(patient === undefined ? undefined : shardOf(patient));
}
