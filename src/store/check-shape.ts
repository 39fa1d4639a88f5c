import { kartaRegistry, validateResource } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';
import { checkDefinition } from './own-parameters.ts';
import { typeNumber } from './type-number.ts';
import type { WriteOperation, WriteOptions } from './types.ts';

/** Refuses what is not valid by itself. */
export function checkShape(operation: WriteOperation, { invariants = true, checked = false }: Pick<WriteOptions, 'invariants' | 'checked'>): void {
  if (operation.method === 'delete') {
    if (typeNumber(operation.type) === undefined) throw new Problem('store.unknown-type', { type: operation.type });
    return;
  }
  const issues = checked ? [] : validateResource(operation.resource, { invariants, ...(invariants ? { registry: kartaRegistry } : {}) });
  if (issues.length > 0) throw new Problem('store.invalid', {}, issues);
  if (operation.resource.resourceType === 'SearchParameter') checkDefinition(operation.resource);
}
