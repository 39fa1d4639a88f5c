import type { Bundle, DocumentReference } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem, type Language } from '../../kernel/problem.ts';
import type { WithId } from './content.ts';
import { documentFont } from './document-font.ts';
import { originalName } from './how-to-verify.ts';
import { packageDocument } from './package-document.ts';
import './problems.ts';
import { renderDocument, type Printed } from './render-document.ts';
import { readCertificate } from './signature/certificate.ts';
import { verifyDocument, verifySignature, type DocumentVerdict, type Trust } from './signature/verify-signature.ts';
import { readDocumentSignatures, readFileById, readFileOfDocument, type DocumentFile, type DocumentSignature } from './tables.ts';

/** A document as it lies in the store: its FHIR face, the exact bytes, the signatures. */
export interface StoredDocument {
  face: WithId<DocumentReference>;
  file: DocumentFile;
  signatures: DocumentSignature[];
}

/** Reads a document that the caller may see: whoever may not read its DocumentReference gets its absence, and no bytes. */
export async function readDocument(ctx: Ctx, id: string): Promise<StoredDocument> {
  const face = JSON.parse((await ctx.store.read('DocumentReference', id)).content) as WithId<DocumentReference>;
  const [file, signatures] = await Promise.all([readFileOfDocument(ctx.sql, id), readDocumentSignatures(ctx.sql, id)]);
  if (!file) throw new Problem('documents.no-file', { document: id });
  return { face, file, signatures };
}

/** The bytes behind `Binary/<id>`; access follows the document. */
export async function readBinary(ctx: Ctx, id: string): Promise<DocumentFile> {
  const file = await readFileById(ctx.sql, id);
  if (!file) throw new Problem('store.not-found', { reference: `Binary/${id}` });
  try {
    await ctx.store.read('DocumentReference', file.document);
  } catch (error) {
    // the answer must not tell a file that may not be seen from one that does not exist
    if (error instanceof Problem && error.code === 'store.not-found') throw new Problem('store.not-found', { reference: `Binary/${id}` });
    throw error;
  }
  return file;
}

export function verifyStored({ file, signatures }: StoredDocument, trust: Trust, now: Date): DocumentVerdict {
  return verifyDocument(file.bytes, signatures.map((each) => each.bytes), trust, now);
}

/** The sheet for people. */
export function renderStored({ face, file, signatures }: StoredDocument, trust: Trust, now: Date, language: Language, printed?: Printed): string {
  return renderDocument(JSON.parse(file.bytes.toString('utf8')) as Bundle, {
    language,
    stamps: signatures.map(({ role, bytes }) => ({ role, verdict: verifySignature(file.bytes, bytes, trust, now) })),
    sha256: file.sha256.toString('hex'),
    fileName: originalName,
    font: documentFont(),
    ...(face.status === 'superseded' ? { superseded: true } : {}),
    ...(printed ? { printed } : {}),
  });
}

/** The archive for the patient. */
export async function readPackage(ctx: Ctx, id: string, trust: Trust): Promise<{ name: string; bytes: Uint8Array }> {
  const { face, file, signatures } = await readDocument(ctx, id);
  const root = rootOf(file.bytes, signatures, trust, ctx.now);
  if (!root) throw new Problem('documents.no-file', { document: id });
  return packageDocument({
    bytes: file.bytes, signatures, root, trust, now: ctx.now, language: ctx.language, font: documentFont(), ...(face.status === 'superseded' ? { superseded: true } : {}),
  });
}

/** The trusted root that the first signature leads to, else the first one we believe. */
function rootOf(bytes: Uint8Array, signatures: readonly DocumentSignature[], trust: Trust, now: Date): Uint8Array | undefined {
  const fingerprint = signatures[0] && verifySignature(bytes, signatures[0].bytes, trust, now).chain.at(-1)?.fingerprint;
  return trust.anchors.find((each) => readCertificate(each).fingerprint === fingerprint) ?? trust.anchors[0];
}
