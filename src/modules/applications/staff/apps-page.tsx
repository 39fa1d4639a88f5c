import { useState } from 'react';
import { Button, Chip, DataList, Empty, Loaded, Notice, PageBody, PageHead, Skeleton, api, confirm, toast, useAct, useRead, useWords } from '../../../ui/index.ts';
import type { AppLine, NewApp } from '../contract.ts';
import css from '../parts.module.css';
import { appApi, appsApi } from '../paths.ts';
import { words } from '../words.ts';
import { RegisterApp } from './register-app.tsx';

/** What is told once: who it is for, its id, and the secret where there is one. */
interface Told extends NewApp {
  title: string;
}

/** The administrator's page of apps: the registered ones, a new one, its secret told once. */
export function AppsPage() {
  const t = useWords(words);
  const read = useRead<readonly AppLine[]>(appsApi);
  const [told, setTold] = useState<Told>();
  return (
    <PageBody>
      <PageHead title={t.apps} note={t.appsNote} />
      {told ? (
        <Notice tone="done" title={told.title}>
          <dl className={css.told}>
            <dt>{t.client}</dt>
            <dd>{told.id}</dd>
            {told.secret === undefined ? null : (
              <>
                <dt>{t.secret}</dt>
                <dd>{told.secret}</dd>
              </>
            )}
          </dl>
          {told.secret === undefined ? null : t.secretOnce}
        </Notice>
      ) : null}
      <Loaded read={read} skeleton={<Skeleton lines={9} />}>
        {(apps) => (
          <div className={css.sides}>
            <Apps apps={apps} onTold={setTold} />
            <RegisterApp onMade={(made, name) => setTold({ ...made, title: t.made(name) })} />
          </div>
        )}
      </Loaded>
    </PageBody>
  );
}

function Apps({ apps, onTold }: { apps: readonly AppLine[]; onTold: (told: Told) => void }) {
  const t = useWords(words);
  const refused = ({ sentence }: { sentence: string }) => toast(sentence, { tone: 'danger' });
  const end = useAct((line: AppLine, call) => api.remove(appApi(line.id), call), { renews: [appsApi], onDone: () => toast(t.endedToast), onRefused: refused });
  const renew = useAct<AppLine, NewApp>((line, call) => api.post(`${appApi(line.id)}/secret`, {}, call), { onDone: (made, line) => onTold({ ...made, title: t.renewed(line.name) }), onRefused: refused });
  const askEnd = async (line: AppLine) => {
    if (await confirm({ title: t.endAsk(line.name), text: t.endText, act: t.end, danger: true })) end.run(line);
  };
  const askRenew = async (line: AppLine) => {
    if (await confirm({ title: t.renewAsk(line.name), text: t.renewText, act: t.renew })) renew.run(line);
  };
  return (
    <DataList<AppLine>
      label={t.apps}
      rows={apps}
      rowKey={({ id }) => id}
      filter
      empty={<Empty title={t.none}>{t.noneText}</Empty>}
      tone={({ ended }) => (ended ? 'past' : undefined)}
      columns={[
        { key: 'name', title: t.name, value: ({ name }) => name, render: ({ name, ended }) => <>{name} {ended ? <Chip tone="attention">{t.ended}</Chip> : null}</> },
        { key: 'kind', title: t.kind, value: ({ kind }) => (kind === 'app' ? t.kindApp : t.kindService), width: '130px' },
        { key: 'scopes', title: t.scopes, value: ({ scopes }) => scopes, render: ({ scopes }) => <span className={css.scopes}>{scopes}</span> },
        {
          key: 'act', title: t.act, value: () => '', sortable: false, width: '140px',
          render: (line) => line.ended ? null : (
            <span className={css.acts}>
              {line.method.startsWith('client_secret') ? <Button small busy={renew.busy} label={`${t.renew}: ${line.name}`} onClick={() => void askRenew(line)}>{t.renew}</Button> : null}
              <Button small busy={end.busy} label={`${t.end}: ${line.name}`} onClick={() => void askEnd(line)}>{t.end}</Button>
            </span>
          ),
        },
      ]}
    />
  );
}
