import { IconFolderCheck } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { casesPath, servicesPath } from '../paths.ts';
import { OpenCaseTile } from './open-case-tile.tsx';

export const caseScreens = defineScreens({
  name: 'cases',
  pages: [
    { path: casesPath, component: lazyPage(() => import('./case-board.tsx'), 'CaseBoard'), roles: ['doctor', 'head', 'registrar'], title: { ru: 'Открытые случаи', en: 'Open cases' }, menu: { text: { ru: 'Случаи', en: 'Cases' }, icon: IconFolderCheck, order: 45 } },
    { path: servicesPath, component: lazyPage(() => import('./services-page.tsx'), 'ServicesPage'), roles: ['head', 'registrar', 'admin'], title: { ru: 'Счёт за услуги', en: 'Account of services' } },
    { path: '/cases/$case', component: lazyPage(() => import('./case-page.tsx'), 'CasePage'), roles: ['nurse', 'doctor', 'head'], title: { ru: 'Случай', en: 'Case' } },
  ],
  tiles: [{ key: 'open-case', order: 30, column: 'side', component: OpenCaseTile }],
  commands: [
    { text: { ru: 'Закрыть случай', en: 'Close a case' }, keywords: 'обращение талон исход talon', roles: ['doctor'], path: casesPath },
    { text: { ru: 'Счёт за услуги', en: 'Account of services' }, keywords: 'ОМС выгрузка реестр услуг', roles: ['head', 'registrar', 'admin'], path: servicesPath },
  ],
});
