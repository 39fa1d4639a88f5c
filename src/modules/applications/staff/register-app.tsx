import { useState } from 'react';
import { Button, ChoiceField, Part, RefusalNotice, SelectField, Sheet, TextArea, TextField, api, useAct, useWords } from '../../../ui/index.ts';
import type { AppBody, NewApp } from '../contract.ts';
import { appsApi } from '../paths.ts';
import { words } from '../words.ts';

type Method = AppBody['method'];
const blank = { name: '', about: '', scopes: '', redirect: '', launch: '', keys: '' };

/** Registers an app. Which fields there are follows from who works with it and how it proves itself. */
export function RegisterApp({ onMade }: { onMade: (made: NewApp, name: string) => void }) {
  const t = useWords(words);
  const [typed, setTyped] = useState(blank);
  const [kind, setKind] = useState<AppBody['kind']>('app');
  const [method, setMethod] = useState<Method>('none');
  const set = (key: keyof typeof blank) => (value: string) => setTyped((last) => ({ ...last, [key]: value }));
  const make = useAct<void, NewApp>((_, call) => api.post(appsApi, bodyOf(typed, kind, method), call), {
    renews: [appsApi],
    onDone: (made) => {
      onMade(made, typed.name.trim());
      setTyped(blank);
    },
  });
  const methods: readonly { value: Method; text: string }[] = [
    ...(kind === 'app' ? [{ value: 'none' as const, text: t.methodNone }] : []),
    { value: 'private_key_jwt', text: t.methodKey }, { value: 'client_secret_basic', text: t.methodBasic }, { value: 'client_secret_post', text: t.methodPost },
  ];
  const choose = (next: AppBody['kind']) => {
    setKind(next);
    setMethod(next === 'app' ? 'none' : 'private_key_jwt');
  };
  const reason =
    typed.name.trim().length < 2 ? t.needName : typed.scopes.trim().length < 3 ? t.needScopes : kind === 'app' && !typed.redirect.trim() ? t.needRedirect : method === 'private_key_jwt' && !typed.keys.trim() ? t.needKeys : undefined;
  return (
    <Part title={t.registration}>
      <Sheet kind="pad">
        <TextField label={t.name} value={typed.name} onChange={set('name')} />
        <TextField label={t.about} value={typed.about} onChange={set('about')} hint={t.aboutHint} optional />
        <ChoiceField<AppBody['kind']> label={t.kind} value={kind} onChange={choose} options={[{ value: 'app', text: t.kindApp }, { value: 'service', text: t.kindService }]} />
        <SelectField<Method> label={t.method} value={method} onChange={setMethod} options={methods} />
        <TextArea label={t.scopes} value={typed.scopes} onChange={set('scopes')} hint={kind === 'app' ? t.scopesHint : t.scopesServiceHint} />
        {kind === 'app' ? (
          <>
            <TextArea label={t.redirect} value={typed.redirect} onChange={set('redirect')} hint={t.redirectHint} />
            <TextField label={t.launch} value={typed.launch} onChange={set('launch')} optional />
          </>
        ) : null}
        {method === 'private_key_jwt' ? <TextField label={t.keys} value={typed.keys} onChange={set('keys')} /> : null}
        {make.refusal ? <RefusalNotice error={make.refusal} /> : null}
        <Button kind="main" busy={make.busy} reason={reason} onClick={() => make.run()}>{t.register}</Button>
      </Sheet>
    </Part>
  );
}

function bodyOf(typed: typeof blank, kind: AppBody['kind'], method: Method): Partial<AppBody> {
  const filled = (value: string) => value.trim() || undefined;
  const [about, launchUri, jwksUri] = [filled(typed.about), kind === 'app' ? filled(typed.launch) : undefined, method === 'private_key_jwt' ? filled(typed.keys) : undefined];
  return {
    name: typed.name.trim(), kind, method, scopes: typed.scopes.trim(), redirectUris: kind === 'app' ? typed.redirect.split(/\s+/).filter(Boolean) : [],
    ...(about && { about }), ...(launchUri && { launchUri }), ...(jwksUri && { jwksUri }),
  };
}
