import { literalReferences } from '../../fhir/index.ts';
import type { WriteOperation } from '../../store/types.ts';

/** May a literal reference lead to another resource here? */
export function leadsOut(reference: string): boolean {
  return !reference.startsWith('#') && !/^https?:/.test(reference);
}

/** What it leads to, whichever version. */
export function targetOf(reference: string): string {
  return reference.replace(/\/_history\/.*$/, '');
}

/** References of what is written that lead out of it: `Type/id` to be looked up, and those that can lead nowhere. */
export function outwardReferences(operations: readonly WriteOperation[]): string[] {
  const own = new Set(operations.flatMap((operation) => (operation.method === 'delete' ? [] : [`${operation.resource.resourceType}/${operation.resource.id}`])));
  const outward = new Set<string>();
  for (const operation of operations) {
    if (operation.method === 'delete') continue;
    for (const reference of literalReferences(operation.resource)) {
      if (!leadsOut(reference)) continue;
      const target = targetOf(reference);
      if (!own.has(target)) outward.add(target);
    }
  }
  return [...outward];
}
