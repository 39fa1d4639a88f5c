import type { ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import css from './entry-page.module.css';
import { SettingsMenu } from './settings-menu.tsx';

/** The page of whoever is not inside yet: signing in, making the first account, answering an app. `asking`: a little wider, Karta's name small, as another speaks. */
export function EntryPage({ lead, asking, children }: { lead?: string; asking?: boolean; children: ReactNode }) {
  const ui = useWords(uiWords);
  return (
    <main className={css.page}>
      <div className={css.settings}>
        <SettingsMenu><Button kind="quiet" small>{ui.language} · {ui.theme}</Button></SettingsMenu>
      </div>
      <div className={css.box} data-asking={asking || undefined}>
        <div className={css.name}>{ui.product}</div>
        {lead === undefined ? null : <EntryLead>{lead}</EntryLead>}
        {children}
      </div>
    </main>
  );
}

/** A sentence close under a name. */
export function EntryLead({ children }: { children: string }) {
  return <p className={css.lead}>{children}</p>;
}
