import { z } from 'zod';
import { breakGlass, closeAccount, reviewBreakGlass } from '../../access/index.ts';
import { route, type Route } from '../module.ts';
import { listStaffAccounts, makeStaffAccount } from './accounts.ts';
import { accountBody, accountParams, allergyBody, allergyParams, closedBody, pageQuery, patientParams, reasonBody, resultsQuery, reviewBody, reviewParams, seenBody, seriesParams, textBody, timelineBody } from './contract.ts';
import { readDay } from './day.ts';
import { readHeadDay } from './head-day.ts';
import { listMyPatients } from './list-my-patients.ts';
import { lookUpAllergens } from './look-up-allergens.ts';
import type { ChartParts } from './parts.ts';
import { readCard } from './read-card.ts';
import { readDocuments } from './read-documents.ts';
import { readOwnCard } from './read-own-card.ts';
import { readResults, readSeries } from './read-results.ts';
import { readTimeline } from './read-timeline.ts';
import { markSeen, readWaits } from './read-waits.ts';
import { recordAllergy, removeAllergy } from './record-allergy.ts';

const team = ['nurse', 'doctor', 'head'] as const;
const readers = [...team, 'patient'] as const;

export function chartRoutes(parts: ChartParts): readonly Route[] {
  return [
    route({ method: 'GET', path: '/day', roles: ['nurse', 'doctor'], handle: (ctx) => readDay(ctx, parts) }),
    route({ method: 'GET', path: '/day/waits', roles: team, handle: (ctx) => readWaits(ctx, parts) }),
    route({ method: 'POST', path: '/day/seen', roles: ['doctor'], body: seenBody, handle: (ctx, { body, idempotencyKey }) => markSeen(ctx, body.results, idempotencyKey) }),
    route({ method: 'GET', path: '/day/clinic', roles: ['head'], handle: (ctx) => readHeadDay(ctx, parts) }),
    route({ method: 'POST', path: '/day/reviews/:id', roles: ['head'], params: reviewParams, body: reviewBody, handle: (ctx, { params, body }) => reviewBreakGlass(ctx, params.id, body.verdict, body.note) }),
    route({ method: 'GET', path: '/accounts', roles: ['admin'], handle: (ctx) => listStaffAccounts(ctx) }),
    route({ method: 'POST', path: '/accounts', roles: ['admin'], body: accountBody, handle: (ctx, { body }) => makeStaffAccount(ctx, body) }),
    route({ method: 'POST', path: '/accounts/:account/closed', roles: ['admin'], params: accountParams, body: closedBody, handle: (ctx, { params, body }) => closeAccount(ctx, params.account, body.closed) }),
    route({ method: 'GET', path: '/chart/mine', roles: team, handle: (ctx) => listMyPatients(ctx, parts) }),
    route({ method: 'POST', path: '/chart/lookup/allergens', roles: team, body: textBody, handle: async (ctx, { body }) => ({ allergens: lookUpAllergens(body.text, ctx.language) }) }),
    route({ method: 'GET', path: '/chart/:patient', roles: team, params: patientParams, handle: (ctx, { params }) => readCard(ctx, parts, params.patient) }),
    route({ method: 'GET', path: '/chart/:patient/own', roles: ['patient'], params: patientParams, handle: (ctx, { params }) => readOwnCard(ctx, parts, params.patient) }),
    route({ method: 'POST', path: '/chart/:patient/timeline', roles: readers, params: patientParams, body: timelineBody, handle: (ctx, { params, body }) => readTimeline(ctx, params.patient, body) }),
    route({ method: 'GET', path: '/chart/:patient/results', roles: readers, params: patientParams, query: resultsQuery, handle: (ctx, { params, query }) => readResults(ctx, params.patient, query.kind) }),
    route({ method: 'GET', path: '/chart/:patient/results/:code', roles: readers, params: seriesParams, handle: (ctx, { params }) => readSeries(ctx, params.patient, params.code) }),
    route({ method: 'GET', path: '/chart/:patient/documents', roles: readers, params: patientParams, query: pageQuery, handle: (ctx, { params, query }) => readDocuments(ctx, params.patient, query.cursor) }),
    route({ method: 'POST', path: '/chart/:patient/break-glass', roles: team, params: patientParams, body: reasonBody, handle: async (ctx, { params, body }) => ({ until: (await breakGlass(ctx, params.patient, body.reason)).until.toISOString() }) }),
    route({ method: 'POST', path: '/chart/:patient/allergies', roles: team, params: patientParams, body: allergyBody, handle: (ctx, { params, body, idempotencyKey }) => recordAllergy(ctx, params.patient, body, idempotencyKey) }),
    route({ method: 'DELETE', path: '/chart/:patient/allergies/:allergy', roles: team, params: allergyParams, query: z.unknown(), handle: (ctx, { params }) => removeAllergy(ctx, params.patient, params.allergy) }),
  ];
}
