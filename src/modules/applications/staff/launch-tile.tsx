import { IconExternalLink } from '@tabler/icons-react';
import { Button, Part, RefusalNotice, Sheet, api, useAct, useRead, useWords } from '../../../ui/index.ts';
import type { LaunchableApp } from '../contract.ts';
import css from '../parts.module.css';
import { appApi, launchableApi } from '../paths.ts';
import { words } from '../words.ts';

/** On the card: apps that open with this patient and the open visit. None registered, nothing shown. */
export function LaunchTile({ patient }: { patient: string }) {
  const t = useWords(words);
  const { data } = useRead<readonly LaunchableApp[]>(launchableApi);
  const launch = useAct<{ app: string; tab: Window | null }, { url: string }>(({ app }, call) => api.post(`${appApi(app)}/launch`, { patient }, call), {
    onDone: ({ url }, { tab }) => (tab ? tab.location.replace(url) : location.assign(url)),
    onRefused: (_, { tab }) => tab?.close(),
  });
  if (!data || data.length === 0) return null;
  const open = (app: string) => {
    // Opened within the click, else the browser takes it for an advertisement; the app must not reach back into the card.
    const tab = window.open('', '_blank');
    if (tab) tab.opener = null;
    launch.run({ app, tab });
  };
  return (
    <Part title={t.tile}>
      <Sheet kind="pad">
        <div className={css.launch}>
          {data.map(({ id, name, about }) => (
            <div key={id}>
              <Button small icon={<IconExternalLink size={16} stroke={1.8} aria-hidden="true" />} busy={launch.busy} label={t.opening(name)} onClick={() => open(id)}>{name}</Button>
              {about === undefined ? null : <small>{about}</small>}
            </div>
          ))}
        </div>
        {launch.refusal ? <RefusalNotice error={launch.refusal} /> : null}
      </Sheet>
    </Part>
  );
}
