import { IconCalendarEvent, IconFileText, IconHome } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { StartPage } from './start-page.tsx';

const patient = ['patient'] as const;

/** The patient's program: what is next, documents, visits, who opened the card. */
export const documentsPortal = defineScreens({
  name: 'documents',
  pages: [
    { path: '/', component: StartPage, roles: patient, title: { ru: 'Главное', en: 'Home' }, menu: { text: { ru: 'Главное', en: 'Home' }, icon: IconHome, order: 10 } },
    {
      path: '/documents', component: lazyPage(() => import('./documents-page.tsx'), 'DocumentsPage'), roles: patient, title: { ru: 'Мои документы', en: 'My documents' },
      menu: { text: { ru: 'Документы', en: 'Documents' }, icon: IconFileText, order: 20 },
    },
    { path: '/documents/$document', component: lazyPage(() => import('./document-page.tsx'), 'MyDocumentPage'), roles: patient, title: { ru: 'Документ', en: 'Document' } },
    {
      path: '/visits', component: lazyPage(() => import('./visits-page.tsx'), 'VisitsPage'), roles: patient, title: { ru: 'Мои приёмы', en: 'My visits' },
      menu: { text: { ru: 'Приёмы', en: 'Visits' }, icon: IconCalendarEvent, order: 40 },
    },
    { path: '/journal', component: lazyPage(() => import('./journal-page.tsx'), 'JournalPage'), roles: patient, title: { ru: 'Кто открывал мою карту', en: 'Who opened my card' } },
  ],
});

