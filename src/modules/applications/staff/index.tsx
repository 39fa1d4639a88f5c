import { IconPlugConnected } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { appsPath, ownAppsPath } from '../paths.ts';
import { LaunchTile } from './launch-tile.tsx';

export const applicationScreens = defineScreens({
  name: 'applications',
  pages: [
    { path: appsPath, component: lazyPage(() => import('./apps-page.tsx'), 'AppsPage'), roles: ['admin'], title: { ru: 'Приложения', en: 'Apps' }, menu: { text: { ru: 'Приложения', en: 'Apps' }, icon: IconPlugConnected, order: 60 } },
    { path: ownAppsPath, component: lazyPage(() => import('./own-apps-page.tsx'), 'OwnAppsPage'), roles: ['doctor', 'nurse', 'head', 'registrar', 'admin'], title: { ru: 'Мои приложения', en: 'My apps' } },
  ],
  tiles: [{ key: 'apps', order: 90, column: 'side', component: LaunchTile }],
  commands: [
    { text: { ru: 'Зарегистрировать приложение', en: 'Register an app' }, keywords: 'SMART FHIR OAuth клиент интеграция client', roles: ['admin'], path: appsPath },
    { text: { ru: 'Мои приложения', en: 'My apps' }, keywords: 'SMART разрешения отозвать доступ permissions', roles: ['doctor', 'nurse', 'head', 'registrar', 'admin'], path: ownAppsPath },
  ],
});
