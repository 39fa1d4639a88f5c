import type { Role } from '../../access/context.ts';
import { FileAnswer, route, type Route } from '../module.ts';
import { delayBody, documentParams, journalQuery, largestUpload, patientQuery, printBody, sheetQuery, signatureParams, verifyBody } from './contract.ts';
import { delayDocument, releaseDocument } from './delay-document.ts';
import { originalName } from './how-to-verify.ts';
import { listDocuments } from './list-documents.ts';
import { noteReading } from './note-reading.ts';
import { listJournal } from './patient-journal.ts';
import { patientStart } from './patient-start.ts';
import { listVisits } from './patient-visits.ts';
import type { DocumentParts } from './document-parts.ts';
import { printDocument, readSheet } from './print-document.ts';
import { Problem } from '../../kernel/problem.ts';
import './problems.ts';
import { readDocument, readPackage } from './read-document.ts';
import { verifyPosted } from './verify-posted.ts';
import { viewDocument } from './view-document.ts';

const team: readonly Role[] = ['nurse', 'doctor', 'head'];
const readers: readonly Role[] = [...team, 'patient', 'registrar'];
const doctors: readonly Role[] = ['doctor', 'head'];
const patient: readonly Role[] = ['patient'];

export function documentRoutes(parts: DocumentParts): readonly Route[] {
  return [
    route({ method: 'GET', path: '/documents', roles: readers, query: patientQuery, handle: (ctx, { query }) => listDocuments(ctx, query.patient) }),
    route({ method: 'GET', path: '/documents/start', roles: patient, query: patientQuery, handle: (ctx, { query }) => patientStart(ctx, query.patient) }),
    route({ method: 'GET', path: '/documents/visits', roles: patient, query: patientQuery, handle: (ctx, { query }) => listVisits(ctx, query.patient) }),
    route({ method: 'GET', path: '/documents/journal', roles: patient, query: journalQuery, handle: (ctx, { query }) => listJournal(ctx, query.patient, query.before) }),
    route({ method: 'GET', path: '/documents/:id', roles: readers, params: documentParams, handle: (ctx, { params }) => viewDocument(ctx, parts, params.id) }),
    route({ method: 'GET', path: '/documents/:id/sheet', roles: readers, params: documentParams, query: sheetQuery, handle: async (ctx, { params, query }) => new FileAnswer(Buffer.from(await readSheet(ctx, parts, params.id, query)), 'text/html', undefined, 'own') }),
    route({
      method: 'GET', path: '/documents/:id/package', roles: readers, params: documentParams,
      handle: async (ctx, { params }) => {
        const { face } = await readDocument(ctx, params.id);
        const { name, bytes } = await readPackage(ctx, params.id, await parts.trust());
        await noteReading(ctx, face, 'package');
        return new FileAnswer(bytes, 'application/zip', name);
      },
    }),
    route({
      method: 'GET', path: '/documents/:id/original', roles: readers, params: documentParams,
      handle: async (ctx, { params }) => {
        const { face, file } = await readDocument(ctx, params.id);
        await noteReading(ctx, face, 'original');
        return new FileAnswer(file.bytes, file.mediaType, originalName);
      },
    }),
    route({
      method: 'GET', path: '/documents/:id/signatures/:ordinal', roles: readers, params: signatureParams,
      handle: async (ctx, { params }) => {
        const found = (await readDocument(ctx, params.id)).signatures.find((each) => each.ordinal === params.ordinal);
        if (!found) throw new Problem('documents.no-file', { document: params.id });
        return new FileAnswer(found.bytes, 'application/pkcs7-signature', `${found.ordinal}-${found.role}.p7s`);
      },
    }),
    route({ method: 'POST', path: '/documents/:id/delay', roles: doctors, params: documentParams, body: delayBody, handle: (ctx, { params, body, idempotencyKey }) => delayDocument(ctx, parts, params.id, body, idempotencyKey) }),
    route({ method: 'POST', path: '/documents/:id/release', roles: doctors, params: documentParams, handle: (ctx, { params, idempotencyKey }) => releaseDocument(ctx, params.id, idempotencyKey) }),
    route({ method: 'POST', path: '/documents/:id/prints', roles: [...team, 'registrar'], params: documentParams, body: printBody, handle: (ctx, { params, body }) => printDocument(ctx, params.id, body.reason) }),
    route({ method: 'POST', path: '/verify', roles: 'public', body: verifyBody, bodyLimit: Math.ceil(largestUpload * 1.4), handle: (ctx, { body }) => verifyPosted(parts, body, ctx.now) }),
  ];
}
