import { useState } from 'react';
import type { ReactNode } from 'react';
import { applicationPortal } from '../modules/applications/portal/index.tsx';
import { chartPortal } from '../modules/chart/portal/index.tsx';
import { documentsPortal } from '../modules/documents/portal/index.tsx';
import type { Screens } from '../modules/screens.ts';
import { PatientFrame } from '../ui/frame/patient-frame.tsx';
import { useLiveReads } from '../ui/live.ts';
import { OwnPatientProvider } from '../ui/own-patient.tsx';
import { RefusalNotice } from '../ui/parts/notice.tsx';
import { ProgramProvider, RouterProvider, buildRouter, useMenu } from '../ui/router.tsx';
import { useSession, useSessionWatch } from '../ui/session.ts';
import { startProgram } from '../ui/start-program.tsx';
import { SignIn } from './sign-in/sign-in.tsx';

/** The patient's page: what each module shows there. A module adds its screens with one line here. */
const screens: readonly Screens[] = [
  chartPortal,
  documentsPortal,
  applicationPortal,
];

function Shell({ children }: { children: ReactNode }) {
  const { session, refusal } = useSession();
  useSessionWatch();
  if (!session) return refusal ? <RefusalNotice error={refusal} onAgain={() => location.reload()} /> : null;
  if (!session.signedIn || session.person.role !== 'patient') return <SignIn program="portal" />;
  return (
    <ProgramProvider screens={screens} person={session.person}>
      <Portal>{children}</Portal>
    </ProgramProvider>
  );
}

function Portal({ children }: { children: ReactNode }) {
  const { session, signOut } = useSession();
  const person = session?.person;
  const patients = person?.patients ?? [];
  const [chosen, setChosen] = useState<string>();
  const menu = useMenu(screens, 'patient');
  useLiveReads();
  const current = patients.find((patient) => patient.reference === chosen) ?? patients[0];
  return (
    <OwnPatientProvider patient={current}>
      <PatientFrame menu={menu} patients={patients} current={current?.reference} onSwitch={setChosen} onSignOut={() => void signOut()}>
        {children}
      </PatientFrame>
    </OwnPatientProvider>
  );
}

startProgram('portal', <RouterProvider router={buildRouter({ screens, basepath: '/my', shell: Shell })} />);
