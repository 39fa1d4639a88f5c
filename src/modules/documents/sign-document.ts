import type { DocumentReference } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Alongside, WriteOperation, WriteResult } from '../../store/types.ts';
import type { DocumentContent, WithId } from './content.ts';
import { delayOf, documentReference, labels, provenance, sha256Of, type Delay } from './document-reference.ts';
import { displayRule } from './display-rules.ts';
import { originalMediaType, prepareDocument, type PreparedDocument } from './prepare-document.ts';
import './problems.ts';
import { sha256 } from './signature/algorithms.ts';
import type { Signer } from './signature/signer.ts';
import { verifySignature, type SignatureVerdict, type Trust } from './signature/verify-signature.ts';
import { insertDocumentFile, insertDocumentSignature, putBlob, type SignerRole } from './tables.ts';

export interface DocumentSigner {
  role: SignerRole;
  /** `Practitioner/…`, `Organization/…` */
  reference: string;
  signer: Signer;
}

/** A signature as it was given, before anybody believed it. */
export interface GivenSignature {
  role: SignerRole;
  reference: string;
  bytes: Uint8Array;
  certificate: Uint8Array;
}

export interface PlaceOptions {
  /** What the document writes: conditions, observations, prescriptions, orders; each with its id, none of them stored yet. */
  resources: readonly WithId[];
  /** Other changes that belong to the same act: the visit is finished, a problem is updated. */
  operations?: readonly WriteOperation[];
  /** Runs first in the transaction: checks the draft's version and throws where it has moved on. */
  guard?: Alongside;
  idempotencyKey?: string;
  delay?: Delay;
  /** The roots that signatures must lead to; left out, only their form and arithmetic are checked. */
  trust?: Trust;
}

export interface SignDocumentInput extends PlaceOptions {
  content: DocumentContent;
  /** In the order of signing: the doctor, then the organisation. */
  signers: readonly DocumentSigner[];
}

export interface SignedDocument {
  /** `DocumentReference/…` */
  reference: string;
  /** SHA-256 of the original, hexadecimal. */
  sha256: string;
  /** DocumentReference first, then the resources in their order. */
  results: WriteResult[];
}

/**
 * Prepares, signs and places a document: bytes are frozen, signatures made with no transaction open, and one transaction then
 * writes everything or nothing. Repeated with the same key it answers the first document.
 */
export async function signDocument(ctx: Ctx, { content, signers, ...options }: SignDocumentInput): Promise<SignedDocument> {
  const prepared = prepareDocument(content);
  return placeDocument(ctx, prepared, await collectSignatures(prepared, signers), options);
}

/** Asks each signer in turn. A plug-in or device may take its time: never call this inside a transaction. */
export async function collectSignatures(prepared: PreparedDocument, signers: readonly DocumentSigner[]): Promise<GivenSignature[]> {
  const given: GivenSignature[] = [];
  for (const { role, reference, signer } of signers) {
    given.push({ role, reference, certificate: await signer.certificate(), bytes: await signer.sign(prepared.bytes.slice()) });
  }
  return given;
}

/**
 * Puts a signed document in force, in one transaction: guard, original, signatures, DocumentReference, resources, Provenance, and the
 * replaced document's state. Every signature is verified before. @throws Problem `documents.*`, `store.*`, or what the guard throws
 */
export async function placeDocument(ctx: Ctx, prepared: PreparedDocument, signatures: readonly GivenSignature[], options: PlaceOptions): Promise<SignedDocument> {
  const { content } = prepared;
  const verdicts = checkSignatures(prepared, signatures, options.trust, ctx);
  const shard = shardOf(content.patient.id);
  const ids = { document: newId(shard, ctx.now.getTime()), file: newId(shard, ctx.now.getTime()) };
  const replaced = content.replaces && (await supersede(ctx, content.replaces.reference));
  const delay = options.delay ?? replaced?.delay ?? delayByKind(content.kind.code, ctx.now);
  const face = documentReference(prepared, ids, ctx.now, delay);
  const written = options.resources.map((each) => labelled(each, labels(prepared, delay).meta?.security ?? []));
  const create = (resource: WithId): WriteOperation => ({ method: 'create', resource, keepId: true });
  const operations: WriteOperation[] = [
    create(face),
    ...written.map(create),
    ...(written.length > 0 ? [create(provenance(prepared, newId(shard, ctx.now.getTime()), ids.document, written, ctx.now, delay))] : []),
    ...(replaced ? [replaced.operation] : []),
    ...(options.operations ?? []),
  ];
  const results = await ctx.store.write(operations, {
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    alongside: async (sql) => {
      await options.guard?.(sql);
      // here and not before: a repeated request finds its own first answer and never comes this far
      if (replaced?.already) throw new Problem('documents.already-replaced');
      await putFiles(sql, prepared, signatures, verdicts, { shard, ...ids, now: ctx.now });
    },
  });
  const placed = JSON.parse(results[0]!.content) as DocumentReference;
  return { reference: `DocumentReference/${results[0]!.id}`, sha256: sha256Of(placed) ?? '', results: results.slice(0, 1 + written.length) };
}

/** What would not verify tomorrow is not accepted today. */
function checkSignatures(prepared: PreparedDocument, signatures: readonly GivenSignature[], trust: Trust | undefined, { now, language }: Pick<Ctx, 'now' | 'language'>): SignatureVerdict[] {
  if (signatures.length === 0) throw new Problem('documents.no-signing-key');
  const fingerprints = new Set<string>();
  return signatures.map(({ bytes }) => {
    const verdict = verifySignature(prepared.bytes, bytes, trust ?? { anchors: [] }, now);
    const wrong = verdict.findings.find((each) => each.severity === 'invalid' || (trust && each.severity === 'undetermined'));
    if (wrong) throw new Problem('documents.signature-refused', { reason: wrong[language], code: wrong.code });
    const { fingerprint } = verdict.certificate!;
    if (fingerprints.has(fingerprint)) throw new Problem('documents.signature-refused', { reason: '', code: 'signature-twice' });
    fingerprints.add(fingerprint);
    return verdict;
  });
}

async function putFiles(
  sql: Ctx['sql'], prepared: PreparedDocument, signatures: readonly GivenSignature[], verdicts: readonly SignatureVerdict[], place: { shard: number; document: string; file: string; now: Date },
): Promise<void> {
  const { shard, document } = place;
  if (!(await putBlob(sql, shard, prepared.bytes, prepared.sha256))) throw new Problem('documents.bytes-changed');
  await insertDocumentFile(sql, { id: place.file, shard, document, sha256: prepared.sha256, mediaType: originalMediaType });
  for (const [index, { role, reference, bytes, certificate }] of signatures.entries()) {
    await putBlob(sql, shard, bytes, sha256.digest(bytes));
    await insertDocumentSignature(sql, {
      shard, document, ordinal: index + 1, role, signer: reference, sha256: prepared.sha256, signature: bytes, certificate, signedAt: new Date(verdicts[index]!.signedAt!), placedAt: place.now,
    });
  }
}

/** The replaced document stays as it was signed; only its FHIR face says that there is a newer one. What was kept from the patient stays so in its correction. */
async function supersede(ctx: Ctx, reference: string): Promise<{ operation: WriteOperation; already: boolean; delay: Delay | undefined }> {
  const stored = await ctx.store.read('DocumentReference', reference.slice('DocumentReference/'.length));
  const old = JSON.parse(stored.content) as WithId<DocumentReference>;
  return { operation: { method: 'update', resource: { ...old, status: 'superseded' }, ifMatch: stored.version }, already: old.status !== 'current', delay: delayOf(old) };
}

/** What the rule of the kind says where no doctor has decided. */
function delayByKind(kind: string, now: Date): Delay | undefined {
  const rule = displayRule(kind);
  if (rule.show === 'shown') return undefined;
  const since = now.toISOString();
  return rule.show === 'on-request' ? { reason: rule.reason, since } : { reason: rule.reason, since, until: new Date(now.getTime() + rule.days * 86_400_000).toISOString().slice(0, 10) };
}

function labelled(resource: WithId, security: readonly { system?: string; code?: string }[]): WithId {
  if (security.length === 0) return resource;
  return { ...resource, meta: { ...resource.meta, security: [...(resource.meta?.security ?? []), ...security] } };
}
