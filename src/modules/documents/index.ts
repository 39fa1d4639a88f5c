import { defineModule, type Module } from '../module.ts';
import { releaseDue } from './delay-document.ts';
import type { DocumentParts } from './document-parts.ts';
import { documentProblems } from './problems.ts';
import { documentRoutes } from './routes.ts';

/** Signed documents: routes for people and integrators, and the job that opens what was delayed. */
export function documents(parts: DocumentParts): Module {
  return defineModule({
    name: 'documents',
    problems: documentProblems,
    routes: documentRoutes(parts),
    jobs: [{ name: 'release-delayed-documents', everySeconds: 60, run: async (ctx) => void (await releaseDue(ctx, parts.zone)) }],
  });
}

export type { DocumentParts } from './document-parts.ts';
export { readBinaryFile } from './read-binary-file.ts';
export { delayDocument, releaseDocument, releaseDue } from './delay-document.ts';
export type { Cell, DocumentContent, DocumentSection, WithId } from './content.ts';
export { delayedLabel, sha256Of, type Delay } from './document-reference.ts';
export { prepareDocument, type PreparedDocument } from './prepare-document.ts';
export { collectSignatures, placeDocument, signDocument, type DocumentSigner, type GivenSignature, type PlaceOptions, type SignDocumentInput, type SignedDocument } from './sign-document.ts';
export { readBinary, readDocument, readPackage, renderStored, verifyStored, type StoredDocument } from './read-document.ts';
export { renderDocument, type RenderOptions, type Stamp } from './render-document.ts';
export { documentFont } from './document-font.ts';
export { packageDocument, packageName } from './package-document.ts';
export { opensslLine } from './how-to-verify.ts';
export { cleanNarrative } from './clean-narrative.ts';
/** Bytes of documents that are not signed here: scans of paper. */
export { insertDocumentFile, putBlob, readFileById } from './tables.ts';
export { verifyUpload, uploadLimits, type FileVerdict, type GivenFile } from './verify-upload.ts';
export { verdictText } from './verify-files.ts';
export { readTrustAnchors, saveTrustAnchor } from './trust-anchors.ts';
export { startSigning } from './start-signing.ts';
export { openKeyStore, openMasterKey, openSeal, readMasterKey, type KeyStore, type MasterKey } from './signature/key-store.ts';
export { fromPem, toPem } from './signature/certificate.ts';
export type { Signer } from './signature/signer.ts';
export { verifyDocument, verifySignature, type DocumentVerdict, type SignatureVerdict, type Trust } from './signature/verify-signature.ts';
