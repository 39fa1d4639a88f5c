import { useState } from 'react';
import { Button, Chip, DataList, Empty, Loaded, Lookup, Notice, PageBody, PageHead, Part, RefusalNotice, SelectField, Sheet, Skeleton, TextField, api, confirm, toast, useAct, useRead, useWords } from '../../../ui/index.ts';
import type { AccountLine, AccountsAnswer, PostLine, StaffRole } from '../contract.ts';
import { staffRoles } from '../contract.ts';
import { chartWords } from '../words.ts';
import css from './day.module.css';

const path = '/accounts';

/** The administrator's first page: who may sign in, a new account with a password told once, closing at once. */
export function AdminDay() {
  const t = useWords(chartWords);
  const read = useRead<AccountsAnswer>(path);
  return (
    <PageBody>
      <PageHead title={t.accounts} />
      <Loaded read={read} skeleton={<Skeleton lines={9} />}>
        {({ accounts, posts }) => (
          <div className={css.sides}>
            <Accounts accounts={accounts} />
            <NewAccount posts={posts} />
          </div>
        )}
      </Loaded>
    </PageBody>
  );
}

function Accounts({ accounts }: { accounts: readonly AccountLine[] }) {
  const t = useWords(chartWords);
  const roles = useRoles();
  const close = useAct((line: AccountLine, call) => api.post(`${path}/${line.id}/closed`, { closed: !line.disabled }, call), {
    renews: [path],
    onDone: (_, line) => toast(line.disabled ? t.accountOpened : t.accountClosed),
    onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }),
  });
  const act = async (line: AccountLine) => {
    if (line.disabled || (await confirm({ title: t.closeAsk(line.login), text: t.closeText, act: t.close, danger: true }))) close.run(line);
  };
  return (
    <DataList<AccountLine>
      label={t.accounts}
      rows={accounts}
      rowKey={({ id }) => id}
      filter
      empty={<Empty title={t.nobody} />}
      tone={({ disabled }) => (disabled ? 'past' : undefined)}
      columns={[
        { key: 'name', title: t.accountName, value: ({ name }) => name, render: ({ name, disabled }) => <>{name} {disabled ? <Chip tone="attention">{t.closedState}</Chip> : null}</> },
        { key: 'login', title: t.login, value: ({ login }) => login, width: '100px' },
        { key: 'role', title: t.role, value: ({ role }) => roles[role] ?? role, width: '130px' },
        { key: 'clinic', title: t.clinic, value: ({ organization }) => organization },
        { key: 'act', title: t.act, value: () => '', sortable: false, render: (line) => <Button small reason={line.own ? t.notOwn : undefined} onClick={() => void act(line)} label={`${line.disabled ? t.reopen : t.close}: ${line.login}`}>{line.disabled ? t.reopen : t.close}</Button>, width: '110px' },
      ]}
    />
  );
}

function useRoles(): Record<string, string> {
  const t = useWords(chartWords);
  return { registrar: t.roleRegistrar, nurse: t.roleNurse, doctor: t.roleDoctor, head: t.roleHead, admin: t.roleAdmin, auditor: t.roleAuditor, patient: t.rolePatient };
}

interface Holder {
  key: string;
  text: string;
  note: string;
}

function NewAccount({ posts }: { posts: readonly PostLine[] }) {
  const t = useWords(chartWords);
  const roles = useRoles();
  const [holder, setHolder] = useState<Holder>();
  const [login, setLogin] = useState('');
  const [role, setRole] = useState<StaffRole>('doctor');
  const make = useAct<void, { login: string; password: string }>((_, call) => api.post(path, { login: login.trim(), role, post: holder?.key }, call), {
    renews: [path],
    onDone: () => {
      setHolder(undefined);
      setLogin('');
    },
  });
  const [told, setTold] = useState<{ login: string; password: string }>();
  const run = () => {
    make.ask().then(setTold, () => setTold(undefined));
  };
  const options = posts.map((post): Holder => ({ key: post.id, text: post.name, note: [post.post, post.organization].filter(Boolean).join(', ') }));
  const reason = !holder ? t.needHolder : login.trim().length < 2 ? t.needLogin : undefined;
  return (
    <Part title={t.newAccount}>
      <Sheet kind="pad">
        <Lookup<Holder> label={t.holder} value={holder} onChange={setHolder} options={options} hint={holder?.note ?? t.holderHint} />
        <SelectField<StaffRole> label={t.role} value={role} onChange={setRole} options={staffRoles.map((value) => ({ value, text: roles[value] ?? value }))} />
        <TextField label={t.login} value={login} onChange={setLogin} hint={t.loginHint} />
        {make.refusal ? <RefusalNotice error={make.refusal} /> : null}
        <Button kind="main" busy={make.busy} reason={reason} onClick={run}>{t.makeAccount}</Button>
        {told ? <Notice tone="done" title={t.passwordOf(told.login)}><b className={css.password}>{told.password}</b><br />{t.passwordOnce}</Notice> : null}
      </Sheet>
    </Part>
  );
}
