import { IconBooks } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { dictionariesPath, dictionaryPlace, importPath } from '../paths.ts';

export const dictionaryScreens = defineScreens({
  name: 'dictionaries',
  pages: [
    { path: dictionariesPath, component: lazyPage(() => import('./dictionaries-page.tsx'), 'DictionariesPage'), roles: ['admin'], title: { ru: 'Справочники', en: 'Dictionaries' }, menu: { text: { ru: 'Справочники', en: 'Dictionaries' }, icon: IconBooks, order: 62 } },
    { path: dictionaryPlace, component: lazyPage(() => import('./dictionary-page.tsx'), 'DictionaryPage'), roles: ['admin'], title: { ru: 'Справочник', en: 'Dictionary' } },
    { path: importPath, component: lazyPage(() => import('./import-page.tsx'), 'ImportPage'), roles: ['admin'], title: { ru: 'Загрузить справочник', en: 'Import a dictionary' } },
  ],
  commands: [{ text: { ru: 'Загрузить справочник', en: 'Import a dictionary' }, keywords: 'НСИ МКБ-10 паспорт версия dictionary code system', roles: ['admin'], path: importPath }],
});
