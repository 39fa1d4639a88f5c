import { IconArrowsExchange } from '@tabler/icons-react';
import { lazyPage } from '../../../ui/index.ts';
import { defineScreens } from '../../screens.ts';
import { exchangePath, searchParametersPath, subscriptionsPath } from '../paths.ts';

export const exchangeScreens = defineScreens({
  name: 'exchange',
  pages: [
    { path: exchangePath, component: lazyPage(() => import('./jobs-page.tsx'), 'JobsPage'), roles: ['admin'], title: { ru: 'Выгрузки и загрузки', en: 'Exports and imports' }, menu: { text: { ru: 'Обмен', en: 'Exchange' }, icon: IconArrowsExchange, order: 64 } },
    { path: subscriptionsPath, component: lazyPage(() => import('./subscriptions-page.tsx'), 'SubscriptionsPage'), roles: ['admin'], title: { ru: 'Подписки', en: 'Subscriptions' } },
    { path: searchParametersPath, component: lazyPage(() => import('./parameters-page.tsx'), 'ParametersPage'), roles: ['admin'], title: { ru: 'Параметры поиска', en: 'Search parameters' } },
  ],
  commands: [
    { text: { ru: 'Выгрузить или загрузить данные', en: 'Export or import data' }, keywords: 'bulk NDJSON export import выгрузка загрузка', roles: ['admin'], path: exchangePath },
    { text: { ru: 'Подписки', en: 'Subscriptions' }, keywords: 'Subscription rest-hook webhook извещения', roles: ['admin'], path: subscriptionsPath },
    { text: { ru: 'Параметры поиска', en: 'Search parameters' }, keywords: 'SearchParameter переиндексация reindex индекс', roles: ['admin'], path: searchParametersPath },
  ],
});
