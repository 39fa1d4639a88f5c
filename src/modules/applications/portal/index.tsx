import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { ownAppsPath } from '../paths.ts';
import { OwnAppsTile } from './own-apps-tile.tsx';

export const applicationPortal = defineScreens({
  name: 'applications',
  pages: [{ path: ownAppsPath, component: lazyPage(() => import('../staff/own-apps-page.tsx'), 'OwnAppsPage'), roles: ['patient'], title: { ru: 'Мои приложения', en: 'My apps' } }],
  tiles: [{ key: 'own-apps', order: 95, column: 'main', component: OwnAppsTile }],
});
