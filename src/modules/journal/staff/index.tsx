import { IconListSearch } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { journalPath } from '../paths.ts';

export const journalScreens = defineScreens({
  name: 'journal',
  pages: [{ path: journalPath, component: lazyPage(() => import('./journal-page.tsx'), 'JournalPage'), roles: ['auditor'], title: { ru: 'Журнал доступа', en: 'Journal of access' }, menu: { text: { ru: 'Журнал', en: 'Journal' }, icon: IconListSearch, order: 10 } }],
  commands: [{ text: { ru: 'Искать в журнале доступа', en: 'Search the journal of access' }, keywords: 'аудит кто открывал карту audit who opened', roles: ['auditor'], path: journalPath }],
});
