import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { spokenName } from '../format.ts';
import { Go } from '../go.tsx';
import { Overlays } from '../overlays/overlays.tsx';
import { Face } from '../parts/face.tsx';
import type { OwnPatient } from '../session.ts';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import type { MenuEntry } from './frame.tsx';
import { LineState } from './line-state.tsx';
import { SettingsMenu } from './settings-menu.tsx';
import { SkipLink } from './skip-link.tsx';
import css from './patient-frame.module.css';

export interface PatientFrameProps {
  menu: readonly MenuEntry[];
  /** Oneself first, then children. */
  patients: readonly OwnPatient[];
  /** Reference of the open card. */
  current: string | undefined;
  onSwitch: (reference: string) => void;
  onSignOut?: () => void;
  children: ReactNode;
}

/** The patient's page: whose card is open is always plain, a bar at the foot with the few places. */
export function PatientFrame({ menu, patients, current, onSwitch, onSignOut, children }: PatientFrameProps) {
  const t = useWords(uiWords);
  const open = patients.find((patient) => patient.reference === current);
  return (
    <div className={css.frame}>
      <SkipLink />
      <header className={css.top} data-print="no">
        <div className={css.who} role="group" aria-label={t.whose}>
          {patients.length > 1
            ? patients.map((patient) => (
                <button key={patient.reference} type="button" className={css.face} aria-pressed={patient.reference === current} title={patient.name} onClick={() => onSwitch(patient.reference)}>
                  <Face name={patient.name} size={44} on={patient.reference === current} />
                  <VisuallyHidden>{[patient.name, patient.relation].filter(Boolean).join(', ')}</VisuallyHidden>
                </button>
              ))
            : null}
          {open ? <span className={css.whose} role="status">{open.relation ? t.cardOf(spokenName(open.name), open.relation) : patients.length > 1 ? t.ownCard : open.name}</span> : null}
        </div>
        <LineState />
        <SettingsMenu onSignOut={onSignOut}>
          <UnstyledButton className={css.settings} aria-label={t.settings} title={t.settings}><IconSettings size={24} stroke={1.5} /></UnstyledButton>
        </SettingsMenu>
      </header>
      <main id="content" className={css.main} tabIndex={-1}>
        {children}
      </main>
      <nav className={css.bar} aria-label={t.sections} data-print="no">
        {menu.map(({ path, text, icon: Icon }) => (
          <Go key={path} to={path} className={css.place} activeClassName={css.on}>
            <Icon size={24} stroke={1.6} />
            <span>{text}</span>
          </Go>
        ))}
      </nav>
      <Overlays />
    </div>
  );
}
