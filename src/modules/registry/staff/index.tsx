import { IconAddressBook } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { deskPath, newCardPath } from '../paths.ts';

export const registryScreens = defineScreens({
  name: 'registry',
  pages: [
    { path: deskPath, component: lazyPage(() => import('./desk-page.tsx'), 'DeskPage'), roles: ['registrar'], menu: { text: { ru: 'Регистра\u00adтура', en: 'Registry' }, icon: IconAddressBook, order: 10 }, title: { ru: 'Регистратура', en: 'Registry' } },
    { path: newCardPath, component: lazyPage(() => import('./new-card-page.tsx'), 'NewCardPage'), roles: ['registrar'], title: { ru: 'Новая карта', en: 'New card' } },
    { path: `${deskPath}/$patient`, component: lazyPage(() => import('./patient-page.tsx'), 'PatientPage'), roles: ['registrar'], title: { ru: 'Титульный лист', en: 'Title page' } },
  ],
  commands: [{ text: { ru: 'Открыть новую карту', en: 'Open a new card' }, keywords: 'завести пациент титульный лист new patient', roles: ['registrar'], path: newCardPath }],
});
