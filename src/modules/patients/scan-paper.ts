import { createHash } from 'node:crypto';
import type { DocumentReference } from '@medplum/fhirtypes';
import { paperCopy, type Ctx } from '../../access/index.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import { insertDocumentFile, putBlob, readFileById } from '../documents/index.ts';
import { FileAnswer } from '../module.ts';
import type { ScanAnswer, ScanInput, scanTypes } from './contract.ts';
import { readBlobHead } from './tables.ts';

type ScanType = (typeof scanTypes)[number];
type StoredDocument = DocumentReference & { id: string };
const originUrl = 'urn:karta:origin';
const shaUrl = 'urn:karta:sha256';

/** What the bytes are by their own first ones, whatever the sender calls them. */
export function scanTypeOf(head: Uint8Array): ScanType | undefined {
  const starts = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte);
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  return starts(0x25, 0x50, 0x44, 0x46, 0x2d) ? 'application/pdf' : undefined;
}

/** Keeps the bytes of one page as they came; a page becomes part of a card with `scanPaper`. Sent twice it is kept once. */
export async function keepScanPage(ctx: Ctx, patient: string, bytes: Uint8Array): Promise<{ sha256: string; mediaType: ScanType; size: number }> {
  const mediaType = scanTypeOf(bytes);
  if (!mediaType) throw new Problem('patients.scan-unreadable');
  await ctx.store.read('Patient', patient);
  const sha256 = createHash('sha256').update(bytes).digest();
  await putBlob(ctx.sql, shardOf(patient), bytes, sha256);
  return { sha256: sha256.toString('hex'), mediaType, size: bytes.byteLength };
}

/** A paper that the patient brought, as a document: the original of each page, their order, the day of the paper and where it comes from. */
export async function scanPaper(ctx: Ctx, patient: string, input: ScanInput, idempotencyKey: string | undefined): Promise<ScanAnswer> {
  const shard = shardOf(patient);
  const id = newId(shard);
  const pages = await Promise.all(
    input.pages.map(async ({ sha256 }, at) => {
      const blob = await readBlobHead(ctx.sql, sha256);
      const mediaType = blob && scanTypeOf(blob.head);
      if (!blob || !mediaType) throw new Problem('patients.scan-page-lost', { page: at + 1 });
      return { sha256, mediaType, size: blob.size, file: newId(shard) };
    }),
  );
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    id,
    extension: [{ url: originUrl, valueString: input.origin }],
    status: 'current',
    docStatus: 'final',
    type: { text: input.title },
    category: [{ coding: [{ ...paperCopy }], text: paperCopy.display }],
    subject: { reference: `Patient/${patient}` },
    date: ctx.now.toISOString(),
    author: [{ reference: ctx.actor.reference, display: ctx.actor.name }],
    ...(ctx.actor.organization ? { custodian: { reference: ctx.actor.organization } } : {}),
    description: `${input.title}, ${input.origin}`,
    content: pages.map(({ sha256, mediaType, size, file }, at) => ({
      attachment: { extension: [{ url: shaUrl, valueString: sha256 }], contentType: mediaType, url: `Binary/${file}`, size, title: `Страница ${at + 1}`, creation: input.date },
    })),
    context: { period: { start: input.date } },
  };
  const [written] = await ctx.store.write([{ method: 'create', resource: document, keepId: true }], {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    alongside: async (sql) => {
      for (const page of pages) await insertDocumentFile(sql, { id: page.file, shard, document: id, sha256: Buffer.from(page.sha256, 'hex'), mediaType: page.mediaType });
    },
  });
  return scanAnswer(JSON.parse(written!.content) as StoredDocument, patient);
}

/** Papers of a person, the newest first. */
export async function listScans(ctx: Ctx, patient: string): Promise<ScanAnswer[]> {
  const { matches } = await ctx.store.search('DocumentReference', `patient=Patient/${patient}&category=${encodeURIComponent(`${paperCopy.system}|${paperCopy.code}`)}&_sort=-date&_count=200`);
  return matches.map((stored) => scanAnswer(JSON.parse(stored.content) as StoredDocument, patient));
}

/** The original bytes of a page; access follows the document. */
export async function readScanPage(ctx: Ctx, patient: string, scan: string, page: number): Promise<FileAnswer> {
  const document = JSON.parse((await ctx.store.read('DocumentReference', scan)).content) as StoredDocument;
  const attachment = document.content[page - 1]?.attachment;
  const isScan = document.category?.some(({ coding }) => coding?.some(({ system, code }) => system === paperCopy.system && code === paperCopy.code));
  const file = isScan && document.subject?.reference === `Patient/${patient}` && attachment?.url ? await readFileById(ctx.sql, attachment.url.replace('Binary/', '')) : undefined;
  if (!file) throw new Problem('store.not-found', { reference: `DocumentReference/${scan}` });
  return new FileAnswer(file.bytes, file.mediaType, `${page}.${{ 'image/jpeg': 'jpg', 'image/png': 'png' }[file.mediaType] ?? 'pdf'}`);
}

function scanAnswer(document: StoredDocument, patient: string): ScanAnswer {
  return {
    id: document.id,
    title: document.type?.text ?? document.description ?? '',
    date: document.context?.period?.start?.slice(0, 10),
    origin: document.extension?.find(({ url }) => url === originUrl)?.valueString,
    added: document.date,
    pages: document.content.map(({ attachment }, at) => ({
      mediaType: attachment.contentType ?? 'application/pdf',
      size: attachment.size ?? 0,
      sha256: attachment.extension?.find(({ url }) => url === shaUrl)?.valueString ?? '',
      path: `/api/patients/${patient}/scans/${document.id}/pages/${at + 1}`,
    })),
  };
}
