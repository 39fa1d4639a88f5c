import { IconHeartbeat } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { ownCardPath } from '../paths.ts';

export const chartPortal = defineScreens({
  name: 'chart',
  pages: [{ path: ownCardPath, component: lazyPage(() => import('./own-card.tsx'), 'OwnCard'), roles: ['patient'], menu: { text: { ru: 'Моя карта', en: 'My record' }, icon: IconHeartbeat, order: 30 }, title: { ru: 'Моя карта', en: 'My record' } }],
});
