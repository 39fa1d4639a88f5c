import { Popover } from '@mantine/core';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import { cloneElement, useState } from 'react';
import type { ReactElement } from 'react';
import { Switcher } from '../parts/switcher.tsx';
import { openShortcuts } from '../overlays/shortcuts.tsx';
import { useWishes } from '../theme/wishes.ts';
import { uiWords } from '../ui-words.ts';
import { setLanguage, useLanguage, useWords } from '../words.ts';
import css from './frame.module.css';

/** Language, theme, size of the text, keys, sign-out: behind the person's name. `children` is the button. */
export function SettingsMenu({ children, density = false, onSignOut }: { children: ReactElement<{ onClick?: () => void }>; density?: boolean; onSignOut?: (() => void) | undefined }) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const wishes = useWishes();
  const [open, setOpen] = useState(false);
  const leave = (act: () => void) => () => {
    setOpen(false);
    act();
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={304} trapFocus returnFocus shadow="md" radius="md">
      <Popover.Target>{cloneElement(children, { onClick: () => setOpen(!open) })}</Popover.Target>
      <Popover.Dropdown p={4} aria-label={t.settings}>
        <div className={css.wish}>
          <small aria-hidden="true">{t.language}</small>
          <Switcher label={t.language} value={language} onChange={(next) => setLanguage(next)} options={[{ value: 'ru', text: 'Русский' }, { value: 'en', text: 'English' }]} />
        </div>
        <div className={css.wish}>
          <small aria-hidden="true">{t.theme}</small>
          <Switcher label={t.theme} value={wishes.theme} onChange={wishes.setTheme} options={[{ value: 'auto', text: t.themeAuto }, { value: 'light', text: t.themeLight }, { value: 'dark', text: t.themeDark }]} />
        </div>
        {density ? (
          <div className={css.wish}>
            <small aria-hidden="true">{t.density}</small>
            <Switcher label={t.density} value={wishes.density} onChange={wishes.setDensity} options={[{ value: 'usual', text: t.densityUsual }, { value: 'roomy', text: t.densityRoomy }]} />
          </div>
        ) : null}
        {density ? <button type="button" className={css.item} onClick={leave(openShortcuts)}><IconKeyboard size={16} stroke={1.6} aria-hidden="true" />{t.keys}<kbd aria-hidden="true">?</kbd></button> : null}
        {onSignOut ? <button type="button" className={css.item} onClick={leave(onSignOut)}><IconLogout size={16} stroke={1.6} aria-hidden="true" />{t.signOut}</button> : null}
      </Popover.Dropdown>
    </Popover>
  );
}
