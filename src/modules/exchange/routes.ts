import { resumeSubscription, stopSubscription, testSubscription } from '../../events/index.ts';
import { route, type Route } from '../module.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { cancelBulk, readBulkJobs, resumeBulk } from './bulk/manage-jobs.ts';
import { generationParams, oneParams as one, renewBody } from './contract.ts';
import { holdIndex, renewIndex } from './manage-index.ts';
import { readSubscriptions } from './read-subscriptions.ts';

export function routes(parts: ExchangeParts): Route[] {
  const { index } = parts.entrance.store;
  return [
    route({ method: 'GET', path: '/exchange/index', roles: ['admin', 'system'], handle: () => index.state() }),
    route({ method: 'POST', path: '/exchange/index', roles: ['admin'], body: renewBody, handle: (_ctx, { body }) => renewIndex(index, body.types) }),
    route({ method: 'POST', path: '/exchange/index/:generation/stop', roles: ['admin'], params: generationParams, handle: (_ctx, { params }) => holdIndex(index, params.generation, true) }),
    route({ method: 'POST', path: '/exchange/index/:generation/resume', roles: ['admin'], params: generationParams, handle: (_ctx, { params }) => holdIndex(index, params.generation, false) }),
    route({ method: 'GET', path: '/exchange/subscriptions', roles: ['admin'], handle: (ctx) => readSubscriptions(ctx) }),
    route({ method: 'POST', path: '/exchange/subscriptions/:id/resume', roles: ['admin'], params: one, handle: (ctx, { params }) => resumeSubscription(parts, ctx, params.id) }),
    route({ method: 'POST', path: '/exchange/subscriptions/:id/stop', roles: ['admin'], params: one, handle: (ctx, { params }) => stopSubscription(parts, ctx, params.id) }),
    route({ method: 'POST', path: '/exchange/subscriptions/:id/test', roles: ['admin'], params: one, handle: (ctx, { params }) => testSubscription(parts, ctx, params.id) }),
    route({ method: 'GET', path: '/exchange/jobs', roles: ['admin'], handle: (ctx) => readBulkJobs(ctx) }),
    route({ method: 'POST', path: '/exchange/jobs/:id/cancel', roles: ['admin'], params: one, handle: (ctx, { params }) => cancelBulk(ctx, params.id) }),
    route({ method: 'POST', path: '/exchange/jobs/:id/resume', roles: ['admin'], params: one, handle: (ctx, { params }) => resumeBulk(ctx, params.id) }),
  ];
}
