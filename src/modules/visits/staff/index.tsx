import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';

export const visitScreens = defineScreens({
  name: 'visits',
  pages: [{ path: '/visits/$encounter', component: lazyPage(() => import('./visit-page.tsx'), 'VisitPage'), roles: ['nurse', 'doctor', 'head'], title: { ru: 'Приём', en: 'Visit' } }],
});
