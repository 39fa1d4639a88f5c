import { Button, Empty, Loaded, Sheet, Skeleton, api, confirm, formatDate, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { AllowedApp } from '../contract.ts';
import css from '../parts.module.css';
import { ownAppsApi } from '../paths.ts';
import { words } from '../words.ts';

/** Whom a person has let in, what they may do, and the way to show them out. The same in both programs. */
export function OwnApps() {
  const t = useWords(words);
  const language = useLanguage();
  const read = useRead<readonly AllowedApp[]>(ownAppsApi);
  const withdraw = useAct((app: AllowedApp, call) => api.remove(`${ownAppsApi}/${app.id}`, call), {
    renews: [ownAppsApi],
    onDone: () => toast(t.withdrawn),
    onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }),
  });
  const ask = async (app: AllowedApp) => {
    if (await confirm({ title: t.withdrawAsk(app.name), text: t.withdrawText, act: t.withdraw, danger: true })) withdraw.run(app);
  };
  return (
    <Loaded read={read} skeleton={<Skeleton lines={4} />}>
      {(apps) =>
        apps.length === 0 ? <Empty title={t.ownNone}>{t.ownNoneText}</Empty> : (
          <Sheet kind="pad">
            {apps.map((app) => (
              <section key={app.id} className={css.app} aria-label={app.name}>
                <div>
                  <h2>{app.name}</h2>
                  <small>{t.since(formatDate(app.since, { language }))}</small>
                </div>
                <Button small busy={withdraw.busy} label={`${t.withdraw}: ${app.name}`} onClick={() => void ask(app)}>{t.withdraw}</Button>
                <ul className={css.lines}>
                  {app.lines.map(({ text, changes }) => <li key={text} data-changes={changes || undefined}>{text}</li>)}
                </ul>
              </section>
            ))}
          </Sheet>
        )
      }
    </Loaded>
  );
}
