import { z } from 'zod';
import { resumeSubscription, stopSubscription } from '../../events/index.ts';
import { route, type Route } from '../module.ts';
import type { ExchangeParts } from './exchange-parts.ts';
import { cancelBulk, readBulkJobs, resumeBulk } from './bulk/manage-jobs.ts';
import { readSubscriptions } from './read-subscriptions.ts';

const one = z.object({ id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/) });

export function routes(parts: ExchangeParts): Route[] {
  const { index } = parts.entrance.store;
  return [
    route({ method: 'GET', path: '/exchange/index', roles: ['admin', 'system'], handle: () => index.state() }),
    route({ method: 'GET', path: '/exchange/subscriptions', roles: ['admin'], handle: (ctx) => readSubscriptions(ctx) }),
    route({ method: 'POST', path: '/exchange/subscriptions/:id/resume', roles: ['admin'], params: one, handle: (ctx, { params }) => resumeSubscription(parts, ctx, params.id) }),
    route({ method: 'POST', path: '/exchange/subscriptions/:id/stop', roles: ['admin'], params: one, handle: (ctx, { params }) => stopSubscription(parts, ctx, params.id) }),
    route({ method: 'GET', path: '/exchange/jobs', roles: ['admin'], handle: (ctx) => readBulkJobs(ctx) }),
    route({ method: 'POST', path: '/exchange/jobs/:id/cancel', roles: ['admin'], params: one, handle: (ctx, { params }) => cancelBulk(ctx, params.id) }),
    route({ method: 'POST', path: '/exchange/jobs/:id/resume', roles: ['admin'], params: one, handle: (ctx, { params }) => resumeBulk(ctx, params.id) }),
  ];
}
