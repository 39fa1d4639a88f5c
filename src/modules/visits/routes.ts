import type { Questionnaire } from '@medplum/fhirtypes';
import { z } from 'zod';
import { route, type Route } from '../module.ts';
import { changeTemplate, editTemplate } from './change-template.ts';
import { confirmField } from './confirm-field.ts';
import {
  changesQuery, changeTemplateBody, confirmFieldBody, copyForwardBody, documentParams, encounterParams, lookUpBody, lookUpMedicinesBody, saveFieldsBody, signVisitBody, startVisitBody, templateParams,
} from './contract.ts';
import { copyForward } from './copy-forward.ts';
import { correctDocument } from './correct-document.ts';
import { deviceKey } from './device-key.ts';
import { discardDraft, restoreDraft } from './discard-draft.ts';
import { listDrafts } from './list-drafts.ts';
import { listTemplates } from './list-templates.ts';
import { lookUpDiagnoses, lookUpMedicines } from './look-up.ts';
import type { VisitParts } from './parts.ts';
import { readVisit } from './read-visit.ts';
import { saveFields } from './save-fields.ts';
import { signVisit } from './sign-visit.ts';
import { startVisit } from './start-visit.ts';
import { readOne } from './stored.ts';
import { waitForChanges } from './wait-for-changes.ts';

const team = ['nurse', 'doctor', 'head'] as const;
const doctors = ['doctor', 'head'] as const;
const keepers = ['admin', 'head'] as const;
const noBody = z.unknown();

export function visitRoutes(parts: VisitParts): readonly Route[] {
  return [
    route({ method: 'POST', path: '/visits', roles: team, body: startVisitBody, handle: (ctx, { body }) => startVisit(ctx, body) }),
    route({ method: 'GET', path: '/visits/drafts', roles: doctors, handle: (ctx) => listDrafts(ctx) }),
    route({ method: 'GET', path: '/visits/device-key', roles: team, handle: (ctx) => deviceKey(ctx) }),
    route({ method: 'GET', path: '/visits/:encounter', roles: team, params: encounterParams, handle: (ctx, { params }) => readVisit(ctx, params.encounter) }),
    route({ method: 'GET', path: '/visits/:encounter/changes', roles: team, params: encounterParams, query: changesQuery, handle: (ctx, { params, query }) => waitForChanges(ctx, parts, params.encounter, query) }),
    route({ method: 'PATCH', path: '/visits/:encounter/fields', roles: team, params: encounterParams, body: saveFieldsBody, handle: (ctx, { params, body }) => saveFields(ctx, parts, params.encounter, body) }),
    route({ method: 'POST', path: '/visits/:encounter/copies', roles: team, params: encounterParams, body: copyForwardBody, handle: (ctx, { params, body }) => copyForward(ctx, params.encounter, body) }),
    route({ method: 'POST', path: '/visits/:encounter/confirmations', roles: team, params: encounterParams, body: confirmFieldBody, handle: (ctx, { params, body }) => confirmField(ctx, params.encounter, body) }),
    route({ method: 'PUT', path: '/visits/:encounter/template', roles: doctors, params: encounterParams, body: changeTemplateBody, handle: (ctx, { params, body }) => changeTemplate(ctx, params.encounter, body.template) }),
    route({ method: 'DELETE', path: '/visits/:encounter/draft', roles: doctors, params: encounterParams, handle: (ctx, { params }) => discardDraft(ctx, params.encounter) }),
    route({ method: 'POST', path: '/visits/:encounter/draft', roles: doctors, params: encounterParams, body: noBody, handle: (ctx, { params }) => restoreDraft(ctx, params.encounter) }),
    route({ method: 'POST', path: '/visits/:encounter/signature', roles: doctors, params: encounterParams, body: signVisitBody, handle: (ctx, { params, body }) => signVisit(ctx, parts, params.encounter, body.version) }),
    route({ method: 'POST', path: '/visits/corrections/:document', roles: doctors, params: documentParams, body: noBody, handle: (ctx, { params }) => correctDocument(ctx, params.document) }),
    route({ method: 'GET', path: '/templates', roles: [...team, 'admin'], handle: (ctx) => listTemplates(ctx) }),
    route({ method: 'GET', path: '/templates/:template', roles: [...team, 'admin'], params: templateParams, handle: (ctx, { params }) => readOne(ctx, 'Questionnaire', params.template) }),
    route({
      method: 'PUT', path: '/templates/:template', roles: keepers, params: templateParams, query: z.object({ version: z.coerce.number().int().optional() }), body: z.looseObject({ resourceType: z.literal('Questionnaire') }),
      handle: (ctx, { params, query, body }) => editTemplate(ctx, params.template, body as unknown as Questionnaire, query.version),
    }),
    route({ method: 'POST', path: '/lookup/diagnoses', roles: team, body: lookUpBody, handle: async (_, { body }) => lookUpDiagnoses(parts, body) }),
    route({ method: 'POST', path: '/lookup/medicines', roles: team, body: lookUpMedicinesBody, handle: (ctx, { body }) => lookUpMedicines(ctx, parts, body) }),
  ];
}
