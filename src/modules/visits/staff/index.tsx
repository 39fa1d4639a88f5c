import { IconTemplate } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { templatesPath } from '../paths.ts';

export const visitScreens = defineScreens({
  name: 'visits',
  pages: [
    { path: '/visits/$encounter', component: lazyPage(() => import('./visit-page.tsx'), 'VisitPage'), roles: ['nurse', 'doctor', 'head'], title: { ru: 'Приём', en: 'Visit' } },
    { path: templatesPath, component: lazyPage(() => import('./templates-page.tsx'), 'TemplatesPage'), roles: ['admin', 'head'], menu: { text: { ru: 'Шаблоны', en: 'Templates' }, icon: IconTemplate, order: 60 }, title: { ru: 'Шаблоны приёмов', en: 'Visit templates' } },
    { path: `${templatesPath}/$template`, component: lazyPage(() => import('./template-page.tsx'), 'TemplatePage'), roles: ['admin', 'head'], title: { ru: 'Шаблон', en: 'Template' } },
  ],
  commands: [{ text: { ru: 'Шаблоны приёмов', en: 'Visit templates' }, keywords: 'протокол осмотр поля анкета questionnaire template', roles: ['admin', 'head'], path: templatesPath }],
});
