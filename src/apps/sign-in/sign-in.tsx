import { useState } from 'react';
import type { FormEvent } from 'react';
import { EntryPage } from '../../ui/frame/entry-page.tsx';
import { TextField } from '../../ui/fields/text-fields.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Button } from '../../ui/parts/button.tsx';
import { Face } from '../../ui/parts/face.tsx';
import { RefusalNotice } from '../../ui/parts/notice.tsx';
import { useRead } from '../../ui/queries.ts';
import { useSession } from '../../ui/session.ts';
import type { DemoPerson } from '../../ui/session.ts';
import { useWords } from '../../ui/words.ts';
import css from './sign-in.module.css';
import { words } from './words.ts';

const demoPassword = 'karta-demo';

/** Name and password; in the demo, people to choose from, each with a line on what the day looks like. */
export function SignIn({ program }: { program: 'staff' | 'portal' | 'app' }) {
  const t = useWords(words);
  const { signIn } = useSession();
  const demo = useRead<readonly DemoPerson[]>('/session/demo-people');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState<string>();
  const [refused, setRefused] = useState<unknown>();
  const [own, setOwn] = useState(false);
  usePageTitle(t.title);
  const people = (demo.data ?? []).filter((person) => program === 'app' || (program === 'portal') === (person.role === 'patient'));
  const enter = async (name: string, secret: string) => {
    setBusy(name);
    setRefused(undefined);
    try {
      await signIn(name, secret);
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(undefined);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (login && password) void enter(login, password);
  };
  return (
    <EntryPage lead={program === 'app' ? t.leadApp : program === 'portal' ? t.leadPatient : t.lead}>
      {refused === undefined ? null : <RefusalNotice error={refused} title={t.refused} />}
      {people.length > 0 ? (
        <section className={css.demo} aria-label={t.demo}>
          <h1>{t.demo}</h1>
          <ul>
            {people.map((person) => (
              <li key={person.login}>
                <button type="button" className={css.person} aria-busy={busy === person.login || undefined} onClick={() => void enter(person.login, demoPassword)}>
                  <Face name={person.name} />
                  <span>
                    <b>{person.name}</b>
                    <small>{person.line}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <small>{t.demoNote}</small>
        </section>
      ) : null}
      {people.length > 0 && !own ? (
        <Button kind="quiet" onClick={() => setOwn(true)}>{t.own}</Button>
      ) : demo.isPending ? null : (
        <form className={css.form} onSubmit={submit}>
          {people.length === 0 ? <h1>{t.title}</h1> : null}
          <TextField label={t.login} value={login} onChange={setLogin} autoFocus autoComplete="username" />
          <TextField label={t.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" />
          <Button type="submit" kind="main" wide busy={busy !== undefined}>{t.enter}</Button>
        </form>
      )}
    </EntryPage>
  );
}
