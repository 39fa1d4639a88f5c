import type { ReactNode } from 'react';
import { applicationScreens } from '../modules/applications/staff/index.tsx';
import { chartScreens } from '../modules/chart/staff/index.tsx';
import { verifyPath } from '../modules/documents/paths.ts';
import { dictionaryScreens } from '../modules/dictionaries/staff/index.tsx';
import { exchangeScreens } from '../modules/exchange/staff/index.tsx';
import { PublicPage, documentsStaff, useWaiting } from '../modules/documents/staff/index.tsx';
import { journalScreens } from '../modules/journal/staff/index.tsx';
import type { Screens } from '../modules/screens.ts';
import { usePatientSearch } from '../modules/patients/parts.tsx';
import { chartPath, titlePagePath } from '../modules/patients/paths.ts';
import { registryScreens } from '../modules/registry/staff/index.tsx';
import { caseScreens } from '../modules/cases/staff/index.tsx';
import { visitScreens } from '../modules/visits/staff/index.tsx';
import { Frame } from '../ui/frame/frame.tsx';
import { useGo, usePlace } from '../ui/go.tsx';
import { useLiveReads } from '../ui/live.ts';
import { ProgramProvider, RouterProvider, buildRouter, useCommands, useMenu } from '../ui/router.tsx';
import { useSession, useSessionWatch } from '../ui/session.ts';
import { startProgram } from '../ui/start-program.tsx';
import { RefusalNotice } from '../ui/parts/notice.tsx';
import { FirstAdministrator, firstPath } from './sign-in/first-administrator.tsx';
import { SignIn } from './sign-in/sign-in.tsx';

/** The staff workspace: what each module shows. A module adds its screens with one line here. */
const screens: readonly Screens[] = [
  visitScreens,
  registryScreens,
  chartScreens,
  documentsStaff,
  caseScreens,
  applicationScreens,
  dictionaryScreens,
  exchangeScreens,
  journalScreens,
];

function Shell({ children }: { children: ReactNode }) {
  const { session, refusal } = useSession();
  useSessionWatch();
  const place = usePlace();
  const isPublic = place === verifyPath;
  if (!session) return refusal ? <RefusalNotice error={refusal} onAgain={() => location.reload()} /> : null;
  if (!session.signedIn && place === firstPath) return <FirstAdministrator />;
  if (!session.signedIn || session.person.role === 'patient') return isPublic ? <PublicPage>{children}</PublicPage> : <SignIn program="staff" />;
  return (
    <ProgramProvider screens={screens} person={session.person}>
      <Workspace>{children}</Workspace>
    </ProgramProvider>
  );
}

function Workspace({ children }: { children: ReactNode }) {
  const { session, signOut } = useSession();
  const person = session?.person;
  const menu = useMenu(screens, person?.role ?? '');
  const entries = useCommands(screens, person?.role ?? '');
  const go = useGo();
  const waiting = useWaiting(person?.role ?? '');
  useLiveReads();
  usePatientSearch(person?.role === 'registrar' ? titlePagePath : chartPath);
  if (!person) return null;
  return (
    <Frame menu={menu} person={person} entries={entries} onGo={go} waiting={waiting} onSignOut={() => void signOut()}>
      {children}
    </Frame>
  );
}

startProgram('staff', <RouterProvider router={buildRouter({ screens, shell: Shell })} />);
