import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';
import type { OwnPatient } from './session.ts';

const OwnPatientContext = createContext<OwnPatient | undefined>(undefined);

/** Whose card is open in the portal: one choice for all its pages. */
export function OwnPatientProvider({ patient, children }: { patient: OwnPatient | undefined; children: ReactNode }) {
  return <OwnPatientContext value={patient}>{children}</OwnPatientContext>;
}

/** The person whose card is open; undefined where the account has no card yet. */
export function useOwnPatient(): OwnPatient | undefined {
  return useContext(OwnPatientContext);
}
