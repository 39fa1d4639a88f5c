import type { ReactNode } from 'react';
import { Button, Go, useWords } from '../../../ui/index.ts';
import { SettingsMenu } from '../../../ui/frame/settings-menu.tsx';
import { SkipLink } from '../../../ui/frame/skip-link.tsx';
import { uiWords } from '../../../ui/ui-words.ts';
import css from './public-page.module.css';
import { words } from './words.ts';

/** The frame of a page that needs no session: the name, language and theme, the way in. */
export function PublicPage({ children }: { children: ReactNode }) {
  const t = useWords(words);
  const ui = useWords(uiWords);
  return (
    <div className={css.frame}>
      <SkipLink />
      <header className={css.top} data-print="no">
        <Go to="/" className={css.name}>{ui.product}</Go>
        <span className={css.end}>
          <SettingsMenu><Button kind="quiet" small>{ui.language} · {ui.theme}</Button></SettingsMenu>
          <Go to="/" className={css.enter}>{t.signIn}</Go>
        </span>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
    </div>
  );
}
