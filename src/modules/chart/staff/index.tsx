import { IconCalendar, IconUsers } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { dayPath, patientsPath } from '../paths.ts';

export const chartScreens = defineScreens({
  name: 'chart',
  pages: [
    { path: dayPath, component: lazyPage(() => import('./home.tsx'), 'Home'), roles: ['doctor', 'nurse', 'head', 'admin'], menu: { text: { ru: 'Мой день', en: 'My day' }, icon: IconCalendar, order: 10 }, title: { ru: 'Мой день', en: 'My day' } },
    { path: patientsPath, component: lazyPage(() => import('./patients.tsx'), 'Patients'), roles: ['doctor', 'nurse', 'head'], menu: { text: { ru: 'Пациенты', en: 'Patients' }, icon: IconUsers, order: 20 }, title: { ru: 'Мои пациенты', en: 'My patients' } },
    { path: '/patients/$patient', component: lazyPage(() => import('./card.tsx'), 'Card'), roles: ['doctor', 'nurse', 'head'], title: { ru: 'Карта', en: 'Record' } },
  ],
});
