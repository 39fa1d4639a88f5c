import type { Operation } from '../call.ts';
import { checkProfile } from './check-profile.ts';
import { compositionDocument } from './document.ts';
import { encounterEverything, everyPatientEverything, groupEverything, patientEverything } from './everything.ts';
import { versions } from './versions.ts';
import { validateOperations, type ProfileCheck } from './validate.ts';

/** The operations that need no module: what the store and the definitions can answer. */
export function ownOperations(given: { profiles?: ProfileCheck }): Operation[] {
  return [patientEverything, everyPatientEverything, encounterEverything, groupEverything, compositionDocument, versions, ...validateOperations(given.profiles ?? checkProfile)];
}
