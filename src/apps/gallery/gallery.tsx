import { IconCalendar, IconEdit, IconFlask, IconMessage, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Frame } from '../../ui/frame/frame.tsx';
import { PatientFrame } from '../../ui/frame/patient-frame.tsx';
import { useGo } from '../../ui/go.tsx';
import { useLiveReads } from '../../ui/live.ts';
import { ProgramProvider, RouterProvider, buildRouter, useCommands, useMenu } from '../../ui/router.tsx';
import type { Places } from '../../ui/router.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';
import { startProgram } from '../../ui/start-program.tsx';
import { CardPage } from './card-page.tsx';
import { DayPage } from './day-page.tsx';
import { PartsPage } from './parts-page.tsx';
import { PatientPage } from './patient-page.tsx';
import { person } from './sample.ts';
import { VisitPage } from './visit-page.tsx';

/** Every part of the screens on sample pages: for the eye, and for the browser tests. Never part of a released build. */
const portal = location.pathname.startsWith('/gallery/my');

const roles = ['doctor', 'patient'];
const screens: readonly Places[] = portal
  ? [{
      name: 'gallery',
      pages: [
        { path: '/', component: PatientPage, roles, title: { ru: 'Главное', en: 'Home' }, menu: { text: { ru: 'Главное', en: 'Home' }, icon: IconCalendar, order: 1 } },
        { path: '/documents', component: PatientPage, roles, title: { ru: 'Документы', en: 'Documents' }, menu: { text: { ru: 'Документы', en: 'Documents' }, icon: IconEdit, order: 2 } },
        { path: '/results', component: PatientPage, roles, title: { ru: 'Результаты', en: 'Results' }, menu: { text: { ru: 'Результаты', en: 'Results' }, icon: IconFlask, order: 3 } },
        { path: '/talks', component: PatientPage, roles, title: { ru: 'Беседы', en: 'Talks' }, menu: { text: { ru: 'Беседы', en: 'Talks' }, icon: IconMessage, order: 4 } },
      ],
    }]
  : [{
      name: 'gallery',
      pages: [
        { path: '/day', component: DayPage, roles, title: { ru: 'Мой день', en: 'My day' }, menu: { text: { ru: 'Мой день', en: 'My day' }, icon: IconCalendar, order: 1 } },
        { path: '/card', component: CardPage, roles, title: { ru: 'Карта пациента', en: 'Patient card' }, menu: { text: { ru: 'Пациенты', en: 'Patients' }, icon: IconUsers, order: 2 } },
        { path: '/visit', component: VisitPage, roles, title: { ru: 'Приём', en: 'Visit' }, menu: { text: { ru: 'На подпись', en: 'To sign' }, icon: IconEdit, order: 3 } },
        { path: '/parts', component: PartsPage, roles, title: { ru: 'Части', en: 'Parts' }, menu: { text: { ru: 'Результаты', en: 'Results' }, icon: IconFlask, order: 4 } },
        { path: '/closed', component: DayPage, roles: ['head'], title: { ru: 'Чужая работа', en: 'Other work' } },
      ],
      commands: [{ text: { ru: 'Записать пациента', en: 'Book a patient' }, keywords: 'запись талон', roles, path: '/day' }],
    }];

function Shell({ children }: { children: ReactNode }) {
  if (location.pathname === '/gallery/sign-in') return <SignIn program="staff" />;
  return (
    <ProgramProvider screens={screens} person={person}>
      {portal ? <Portal>{children}</Portal> : <Workspace>{children}</Workspace>}
    </ProgramProvider>
  );
}

function Workspace({ children }: { children: ReactNode }) {
  const menu = useMenu(screens, 'doctor');
  const entries = useCommands(screens, 'doctor');
  const go = useGo();
  useLiveReads();
  return <Frame menu={menu} person={person} entries={entries} onGo={go} onSignOut={() => undefined} waiting={{ count: 11, path: '/visit' }}>{children}</Frame>;
}

const family = [
  { reference: 'Patient/a', name: 'Мельник Алёна' },
  { reference: 'Patient/e', name: 'Мельник Ева', birthDate: '2026-06-14', relation: 'дочь' },
  { reference: 'Patient/s', name: 'Мельник Степан', relation: 'сын' },
];

function Portal({ children }: { children: ReactNode }) {
  const menu = useMenu(screens, 'doctor');
  const [current, setCurrent] = useState('Patient/e');
  return <PatientFrame menu={menu} patients={family} current={current} onSwitch={setCurrent}>{children}</PatientFrame>;
}

startProgram(portal ? 'portal' : 'staff', <RouterProvider router={buildRouter({ screens, basepath: portal ? '/gallery/my' : '/gallery', shell: Shell })} />);
