import type { Operation } from '../call.ts';
import { compositionDocument } from './document.ts';
import { encounterEverything, everyPatientEverything, groupEverything, patientEverything } from './everything.ts';
import { makeSnapshot } from './snapshot.ts';
import { validateOperations } from './validate.ts';
import { versions } from './versions.ts';

/** The operations that need no module: what the store and the definitions can answer. */
export const ownOperations: readonly Operation[] = [patientEverything, everyPatientEverything, encounterEverything, groupEverything, ...compositionDocument, versions, ...makeSnapshot, ...validateOperations];
