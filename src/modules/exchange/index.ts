import { defineModule, type Module } from '../module.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { bulkOperations } from './bulk/operations.ts';
import { exchangeProblems } from './problems.ts';
import { sweepJobs } from './tables.ts';
import { routes } from './routes.ts';

export { bulkPlugin } from './bulk/bulk-plugin.ts';
export { beginExport } from './bulk/operations.ts';
export { startBulk } from './bulk/run-bulk.ts';

/** What other systems and Karta give each other beyond single resources: own search parameters, subscriptions, bulk data. */
export function exchange(parts: ExchangeParts): Module {
  return defineModule({
    name: 'exchange',
    problems: exchangeProblems,
    routes: routes(parts),
    operations: bulkOperations(parts),
    jobs: [{ name: 'exchange.sweep-bulk', everySeconds: 3600, run: (ctx) => sweepJobs(ctx.sql) }],
    reacts: [{ name: 'exchange.search-parameters', types: ['SearchParameter'], react: (_ctx, change) => parts.entrance.store.index.bringIn(change.id) }],
  });
}
