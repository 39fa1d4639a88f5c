import type { Operation } from '../call.ts';
import { checkProfile } from './check-profile.ts';
import { compositionDocument } from './document.ts';
import { encounterEverything, patientEverything } from './everything.ts';
import { validateOperations, type ProfileCheck } from './validate.ts';

/** The operations that need no module: what the store and the definitions can answer. */
export function ownOperations(given: { profiles?: ProfileCheck }): Operation[] {
  return [patientEverything, encounterEverything, compositionDocument, ...validateOperations(given.profiles ?? checkProfile)];
}
