import type { Resource } from '@medplum/fhirtypes';
import { joinRegistries, kartaRegistry, standardRegistry, validateResource } from '../fhir/index.ts';
import { Problem, type Issue } from '../kernel/problem.ts';
import { checkDefinition } from './own-parameters.ts';
import { typeNumber } from './type-number.ts';
import type { KnownProfiles, WriteOperation, WriteOptions } from './types.ts';

/** Known without a database. */
const registry = joinRegistries(kartaRegistry, standardRegistry);

/**
 * Refuses what is not valid by itself. With `profiles` the stored ones count too; a promise only where what the resource names has to be
 * looked up: most writes go on at once.
 */
export function checkShape(operation: WriteOperation, { invariants = true, checked = false }: Pick<WriteOptions, 'invariants' | 'checked'>, profiles?: KnownProfiles): Promise<void> | undefined {
  if (operation.method === 'delete') {
    if (typeNumber(operation.type) === undefined) throw new Problem('store.unknown-type', { type: operation.type });
    return;
  }
  const { resource } = operation;
  const found = checked ? [] : invariants && profiles ? profiles.validate(resource) : validateResource(resource, { invariants, ...(invariants ? { registry } : {}) });
  if (found instanceof Promise) return found.then((issues) => refuseFaulty(resource, issues));
  refuseFaulty(resource, found);
}

function refuseFaulty(resource: Resource, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new Problem('store.invalid', {}, issues);
  if (resource.resourceType === 'SearchParameter') checkDefinition(resource);
}
