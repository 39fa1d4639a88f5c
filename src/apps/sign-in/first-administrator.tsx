import { useState } from 'react';
import type { FormEvent } from 'react';
import { api } from '../../ui/client.ts';
import { TextField } from '../../ui/fields/text-fields.tsx';
import { EntryPage } from '../../ui/frame/entry-page.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Button } from '../../ui/parts/button.tsx';
import { RefusalNotice } from '../../ui/parts/notice.tsx';
import { useWords } from '../../ui/words.ts';
import css from './sign-in.module.css';
import { words } from './words.ts';

/** Where the one-time link of the start leads; its token stands after `#` and reaches no server log. */
export const firstPath = '/first';

/** The first administrator chooses a name and a password. The link is spent when the account is made. */
export function FirstAdministrator() {
  const t = useWords(words);
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  usePageTitle(t.first);
  const missing = [!name.trim() && t.fullName, !login && t.login, !password && t.password].filter((each) => each !== false);
  const make = async () => {
    setBusy(true);
    setRefused(undefined);
    try {
      await api.post('/session/first', { token: location.hash.slice(1), name: name.trim(), login, password });
      location.replace('/');
    } catch (error) {
      setRefused(error);
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing.length === 0) void make();
  };
  return (
    <EntryPage lead={t.firstLead}>
      {refused === undefined ? null : <RefusalNotice error={refused} title={t.notMade} />}
      <form className={css.form} onSubmit={submit}>
        <h1>{t.first}</h1>
        <TextField label={t.fullName} value={name} onChange={setName} autoFocus autoComplete="name" />
        <TextField label={t.login} value={login} onChange={setLogin} autoComplete="username" />
        <TextField label={t.password} type="password" value={password} onChange={setPassword} autoComplete="new-password" />
        <Button type="submit" kind="main" wide busy={busy} reason={missing.length > 0 ? t.firstMissing(missing.join(', ')) : undefined}>{t.make}</Button>
      </form>
    </EntryPage>
  );
}
