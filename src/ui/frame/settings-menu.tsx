import { Menu, SegmentedControl } from '@mantine/core';
import { IconKeyboard, IconLogout } from '@tabler/icons-react';
import type { ReactNode } from 'react';
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
    <Menu position="bottom-end" width={288} closeOnItemClick={false}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <div className={css.wish}>
          <small id="wish-language">{t.language}</small>
          <SegmentedControl fullWidth size="xs" aria-labelledby="wish-language" value={language} onChange={(next) => setLanguage(next === 'en' ? 'en' : 'ru')} data={[{ value: 'ru', label: 'Русский' }, { value: 'en', label: 'English' }]} />
        </div>
        <div className={css.wish}>
          <small id="wish-theme">{t.theme}</small>
          <SegmentedControl fullWidth size="xs" aria-labelledby="wish-theme" value={wishes.theme} onChange={(next) => wishes.setTheme(next === 'dark' || next === 'light' ? next : 'auto')} data={[{ value: 'auto', label: t.themeAuto }, { value: 'light', label: t.themeLight }, { value: 'dark', label: t.themeDark }]} />
        </div>
        {density ? (
          <div className={css.wish}>
            <small id="wish-density">{t.density}</small>
            <SegmentedControl fullWidth size="xs" aria-labelledby="wish-density" value={wishes.density} onChange={(next) => wishes.setDensity(next === 'roomy' ? 'roomy' : 'usual')} data={[{ value: 'usual', label: t.densityUsual }, { value: 'roomy', label: t.densityRoomy }]} />
          </div>
        ) : null}
        {density ? <Menu.Item closeMenuOnClick leftSection={<IconKeyboard size={16} stroke={1.6} />} rightSection={<kbd>?</kbd>} onClick={() => dispatchEvent(new KeyboardEvent('keydown', { key: '?', code: 'Slash', shiftKey: true }))}>{t.keys}</Menu.Item> : null}
        {onSignOut ? <Menu.Item closeMenuOnClick leftSection={<IconLogout size={16} stroke={1.6} />} onClick={onSignOut}>{t.signOut}</Menu.Item> : null}
      </Menu.Dropdown>
    </Menu>
  );
}
