import { defineModule, type Module } from '../module.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { routes } from './routes.ts';

/** What other systems and Karta give each other beyond single resources: own search parameters, subscriptions, bulk data. */
export function exchange(parts: ExchangeParts): Module {
  return defineModule({
    name: 'exchange',
    routes: routes(parts),
    reacts: [{ name: 'exchange.search-parameters', types: ['SearchParameter'], react: (_ctx, change) => parts.entrance.store.index.bringIn(change.id) }],
  });
}
