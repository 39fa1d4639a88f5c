import { Menu } from '@mantine/core';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Switcher } from '../parts/switcher.tsx';
import { useWishes } from '../theme/wishes.ts';
import { uiWords } from '../ui-words.ts';
import { setLanguage, useLanguage, useWords } from '../words.ts';
import css from './frame.module.css';

/** Language, theme, size of the text, keys, sign-out: behind the person's name. `children` is the button. */
export function SettingsMenu({ children, density = false, onSignOut }: { children: ReactNode; density?: boolean; onSignOut?: (() => void) | undefined }) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const wishes = useWishes();
  return (
    <Menu position="bottom-end" width={304} closeOnItemClick={false}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
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
        {density ? <Menu.Item closeMenuOnClick leftSection={<IconKeyboard size={16} stroke={1.6} />} rightSection={<kbd>?</kbd>} onClick={() => dispatchEvent(new KeyboardEvent('keydown', { key: '?', code: 'Slash', shiftKey: true }))}>{t.keys}</Menu.Item> : null}
        {onSignOut ? <Menu.Item closeMenuOnClick leftSection={<IconLogout size={16} stroke={1.6} />} onClick={onSignOut}>{t.signOut}</Menu.Item> : null}
      </Menu.Dropdown>
    </Menu>
  );
}
