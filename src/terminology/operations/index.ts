import { expand } from './expand.ts';
import type { TerminologyOperation } from './ground.ts';
import { lookup } from './lookup.ts';
import { subsumes } from './subsumes.ts';
import { translate } from './translate.ts';
import { validateInCodeSystem, validateInValueSet } from './validate-code.ts';

export { Arguments } from './arguments.ts';
export type { Ground, TerminologyOperation } from './ground.ts';

/** http://hl7.org/fhir/R4/terminology-service.html */
export const terminologyOperations: readonly TerminologyOperation[] = [expand, lookup, subsumes, translate, validateInCodeSystem, validateInValueSet];
