import { route, type Route } from '../module.ts';
import { changeCase } from './change-case.ts';
import { closeCase } from './close-case.ts';
import { batchParams, caseParams, changeBody, closeBody, exportBody, listQuery, patientParams, reopenBody, servicesQuery } from './contract.ts';
import { batchOf, exportServices, tableOf } from './export-services.ts';
import { previewServices } from './gather-services.ts';
import { listCasesOfPatient, listOpenCases } from './list-open-cases.ts';
import type { CaseParts } from './parts.ts';
import { readCase } from './read-case.ts';
import { reopenCase } from './reopen-case.ts';

const team = ['nurse', 'doctor', 'head'] as const;
const doctors = ['doctor'] as const;
// what leaves for the account carries diagnoses: the chief doctor's, and an administrator's who belongs to a clinic
const accountants = ['head', 'admin'] as const;

export function caseRoutes(parts: CaseParts): readonly Route[] {
  return [
    route({ method: 'GET', path: '/cases', roles: ['doctor', 'head', 'registrar'], query: listQuery, handle: (ctx, { query }) => listOpenCases(ctx, query.scope) }),
    route({ method: 'GET', path: '/cases/patients/:patient', roles: team, params: patientParams, handle: (ctx, { params }) => listCasesOfPatient(ctx, params.patient) }),
    route({ method: 'GET', path: '/cases/services', roles: ['registrar', ...accountants], query: servicesQuery, handle: (ctx, { query }) => previewServices(ctx, parts, query) }),
    route({ method: 'POST', path: '/cases/batches', roles: accountants, body: exportBody, handle: (ctx, { body }) => exportServices(ctx, parts, body) }),
    route({ method: 'GET', path: '/cases/batches/:batch', roles: accountants, params: batchParams, handle: (ctx, { params }) => batchOf(ctx, params.batch) }),
    route({ method: 'GET', path: '/cases/batches/:batch/table', roles: accountants, params: batchParams, handle: (ctx, { params }) => tableOf(ctx, params.batch) }),
    route({ method: 'GET', path: '/cases/:case', roles: team, params: caseParams, handle: (ctx, { params }) => readCase(ctx, parts, params.case) }),
    route({ method: 'PATCH', path: '/cases/:case', roles: doctors, params: caseParams, body: changeBody, handle: (ctx, { params, body, idempotencyKey }) => changeCase(ctx, parts, params.case, body, idempotencyKey) }),
    route({ method: 'POST', path: '/cases/:case/closing', roles: doctors, params: caseParams, body: closeBody, handle: (ctx, { params, body, idempotencyKey }) => closeCase(ctx, parts, params.case, body, idempotencyKey) }),
    route({ method: 'POST', path: '/cases/:case/reopening', roles: doctors, params: caseParams, body: reopenBody, handle: (ctx, { params, body, idempotencyKey }) => reopenCase(ctx, parts, params.case, body, idempotencyKey) }),
  ];
}
