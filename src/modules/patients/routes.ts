import { z } from 'zod';
import type { Role } from '../../access/context.ts';
import { route, type Route } from '../module.ts';
import { assignEntry } from './assign-entry.ts';
import { changeCard } from './change-card.ts';
import { listConsents, recordConsent, withdrawConsent } from './consents.ts';
import { assignInput, changeInput, consentInput, findInput, mergeInput, openInput, partialPage, registerInput, resourceId, scanInput, withdrawInput } from './contract.ts';
import { findDoubles } from './find-doubles.ts';
import { findPersons } from './find-persons.ts';
import { askRegister, type InsuredRegister } from './insured-register.ts';
import { mergeCards, unmergeCards } from './merge-cards.ts';
import { openCard } from './open-card.ts';
import { printLabel } from './print-label.ts';
import { readCard } from './read-card.ts';
import { keepScanPage, listScans, readScanPage, scanPaper } from './scan-paper.ts';
import { listUnassigned } from './unassigned.ts';

const staff: readonly Role[] = ['registrar', 'nurse', 'doctor', 'head'];
const desk: readonly Role[] = ['registrar'];
const one = z.object({ id: resourceId });
const megabyte = 1024 * 1024;

export function patientRoutes(parts: { register: InsuredRegister }): readonly Route[] {
  return [
    route({ method: 'POST', path: '/patients/find', roles: staff, body: findInput, handle: (ctx, { body }) => findPersons(ctx, body.text) }),
    route({ method: 'POST', path: '/patients', roles: desk, body: openInput, handle: (ctx, { body, idempotencyKey }) => openCard(ctx, body, idempotencyKey) }),
    route({ method: 'POST', path: '/patients/doubles', roles: desk, body: z.strictObject({ page: partialPage, except: z.array(resourceId).max(50).default([]) }), handle: (ctx, { body }) => findDoubles(ctx, body.page, body.except) }),
    route({ method: 'POST', path: '/patients/register', roles: desk, body: registerInput, handle: (ctx, { body }) => askRegister(ctx, parts.register, body) }),
    route({ method: 'GET', path: '/patients/:id/title-page', roles: desk, params: one, handle: (ctx, { params }) => readCard(ctx, params.id) }),
    route({ method: 'PUT', path: '/patients/:id/title-page', roles: desk, params: one, body: changeInput, handle: (ctx, { params, body, idempotencyKey }) => changeCard(ctx, params.id, body, idempotencyKey) }),
    route({ method: 'POST', path: '/patients/:id/merge', roles: desk, params: one, body: mergeInput, handle: (ctx, { params, body, idempotencyKey }) => mergeCards(ctx, params.id, body.duplicate, idempotencyKey) }),
    route({ method: 'POST', path: '/patients/:id/unmerge', roles: desk, params: one, body: mergeInput, handle: (ctx, { params, body, idempotencyKey }) => unmergeCards(ctx, params.id, body.duplicate, idempotencyKey) }),
    route({ method: 'GET', path: '/patients/:id/unassigned', roles: desk, params: one, handle: (ctx, { params }) => listUnassigned(ctx, params.id) }),
    route({ method: 'POST', path: '/patients/:id/assign', roles: desk, params: one, body: assignInput, handle: (ctx, { params, body, idempotencyKey }) => assignEntry(ctx, params.id, body, idempotencyKey) }),
    route({ method: 'GET', path: '/patients/:id/label', roles: desk, params: one, handle: (ctx, { params }) => printLabel(ctx, params.id) }),
    route({ method: 'GET', path: '/patients/:id/consents', roles: staff, params: one, handle: (ctx, { params }) => listConsents(ctx, params.id) }),
    route({ method: 'POST', path: '/patients/:id/consents', roles: desk, params: one, body: consentInput, handle: (ctx, { params, body, idempotencyKey }) => recordConsent(ctx, params.id, body, idempotencyKey) }),
    route({
      method: 'POST', path: '/patients/:id/consents/:consent/withdraw', roles: desk, params: one.extend({ consent: resourceId }), body: withdrawInput,
      handle: (ctx, { params, body, idempotencyKey }) => withdrawConsent(ctx, params.id, params.consent, body.date, idempotencyKey),
    }),
    route({ method: 'POST', path: '/patients/:id/scan-pages', roles: desk, params: one, body: z.instanceof(Uint8Array), bodyLimit: 16 * megabyte, handle: (ctx, { params, body }) => keepScanPage(ctx, params.id, body) }),
    route({ method: 'GET', path: '/patients/:id/scans', roles: staff, params: one, handle: (ctx, { params }) => listScans(ctx, params.id) }),
    route({ method: 'POST', path: '/patients/:id/scans', roles: desk, params: one, body: scanInput, handle: (ctx, { params, body, idempotencyKey }) => scanPaper(ctx, params.id, body, idempotencyKey) }),
    route({
      method: 'GET', path: '/patients/:id/scans/:scan/pages/:page', roles: staff, params: one.extend({ scan: resourceId, page: z.coerce.number().int().min(1).max(100) }),
      handle: (ctx, { params }) => readScanPage(ctx, params.id, params.scan, params.page),
    }),
  ];
}
