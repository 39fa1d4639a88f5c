import type { DocumentReference } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { DocumentLine, DocumentsAnswer } from './contract.ts';
import { parsed, readMap, staffNames } from './find.ts';
import { openPerson } from './open-person.ts';
import { isPaper, titleOf } from './read-timeline.ts';

const page = 100;

/** Documents in force, newest first. Earlier versions are reached from the document itself. */
export async function readDocuments(ctx: Ctx, patient: string, cursor: string | undefined): Promise<DocumentsAnswer> {
  const { of } = await openPerson(ctx, patient);
  const { matches, next } = await ctx.store.search('DocumentReference', `${of}&status=current&_sort=-date&_count=${page}${cursor ? `&_cursor=${encodeURIComponent(cursor)}` : ''}`);
  const found = matches.map((stored) => parsed<'DocumentReference'>(stored));
  const [authors, clinics] = await Promise.all([staffNames(ctx, found.map(({ author }) => author?.[0]?.reference)), readMap<'Organization'>(ctx, found.map(({ custodian }) => custodian?.reference))]);
  const documents = found.map((each: DocumentReference & { id: string }): DocumentLine => ({
    id: each.id,
    title: titleOf(each),
    kind: each.type?.text ?? each.type?.coding?.[0]?.display ?? '',
    at: each.date ?? '',
    author: each.author?.[0]?.display ?? authors.get(each.author?.[0]?.reference ?? '') ?? '',
    organization: each.custodian?.display ?? clinics.get(each.custodian?.reference ?? '')?.name ?? '',
    paper: isPaper(each),
    signed: each.docStatus === 'final' || each.docStatus === 'amended',
    delayed: each.meta?.security?.some(({ system, code }) => system === 'urn:karta:label' && code === 'delayed') ?? false,
    corrected: each.relatesTo?.some(({ code }) => code === 'replaces') ?? false,
  }));
  return { documents, ...(next ? { next } : {}) };
}
