import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import { shortName } from '../format.ts';
import { Go } from '../go.tsx';
import { Overlays } from '../overlays/overlays.tsx';
import { Palette } from '../overlays/palette.tsx';
import { openPalette } from '../overlays/palette-entries.ts';
import type { PaletteEntry } from '../overlays/palette-entries.ts';
import type { Person } from '../session.ts';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { LineState } from './line-state.tsx';
import { SettingsMenu } from './settings-menu.tsx';
import { SkipLink } from './skip-link.tsx';
import css from './frame.module.css';

export interface MenuEntry {
  path: string;
  text: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
}

export interface FrameProps {
  menu: readonly MenuEntry[];
  person: Person;
  /** Commands and pages of the palette. */
  entries: readonly PaletteEntry[];
  onGo: (path: string) => void;
  onSignOut?: () => void;
  /** What waits for my signature. */
  waiting?: { count: number; path: string } | undefined;
  children: ReactNode;
}

/**
 * The staff workspace: rail with the work of my role, the search in the middle of the top, at the right the line, what waits
 * for my signature, clinic and role. On a phone the rail is a bar at the foot.
 */
export function Frame({ menu, person, entries, onGo, onSignOut, waiting, children }: FrameProps) {
  const t = useWords(uiWords);
  return (
    <div className={css.frame}>
      <SkipLink />
      <nav className={css.rail} aria-label={t.sections} data-print="no">
        <div className={css.logo}>{t.product}</div>
        {menu.map(({ path, text, icon: Icon }) => (
          <Go key={path} to={path} className={css.place} activeClassName={css.on}>
            <Icon size={20} stroke={1.6} />
            <span>{text}</span>
          </Go>
        ))}
      </nav>
      <header className={css.top} data-print="no">
        <UnstyledButton className={css.find} onClick={() => openPalette()} aria-keyshortcuts="Control+K">
          <IconSearch size={16} stroke={1.6} aria-hidden="true" />
          <span className={css.findLong}>{t.find}</span>
          <span className={css.findShort}>{t.findShort}</span>
          <kbd aria-hidden="true">Ctrl K</kbd>
        </UnstyledButton>
        <LineState />
        {waiting && waiting.count > 0 ? <Go to={waiting.path} className={css.waiting}><b>{waiting.count}</b> <span>{t.waiting(waiting.count)}</span></Go> : null}
        <SettingsMenu density onSignOut={onSignOut}>
          <UnstyledButton className={css.person} title={t.settings}>
            <small>{[person.organization, person.roleText].filter(Boolean).join(' · ')}</small>
            <b>{shortName(person.name)}</b>
            <VisuallyHidden>{t.settings}</VisuallyHidden>
          </UnstyledButton>
        </SettingsMenu>
      </header>
      <main id="content" className={css.main} tabIndex={-1}>
        {children}
      </main>
      <Palette entries={entries} onGo={onGo} />
      <Overlays />
    </div>
  );
}
