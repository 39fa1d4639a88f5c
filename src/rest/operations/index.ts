import type { Operation } from '../call.ts';
import { compositionDocument } from './document.ts';
import { encounterEverything, patientEverything } from './everything.ts';
import { makeSnapshot } from './snapshot.ts';
import { validateOperations } from './validate.ts';

/** The operations that need no module: what the store and the definitions can answer. */
export const ownOperations: readonly Operation[] = [patientEverything, encounterEverything, compositionDocument, ...makeSnapshot, ...validateOperations];
