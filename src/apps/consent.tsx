import { RefusalNotice } from '../ui/parts/notice.tsx';
import { useSession, useSessionWatch } from '../ui/session.ts';
import { startProgram } from '../ui/start-program.tsx';
import { Consent } from './consent/consent.tsx';
import { SignIn } from './sign-in/sign-in.tsx';

/** The page between an app and Karta: sign-in first, then what the app asks for. */
function Program() {
  const { session, refusal } = useSession();
  useSessionWatch();
  if (!session) return refusal ? <RefusalNotice error={refusal} onAgain={() => location.reload()} /> : null;
  return session.signedIn ? <Consent person={session.person} /> : <SignIn program="app" />;
}

startProgram('portal', <Program />);
