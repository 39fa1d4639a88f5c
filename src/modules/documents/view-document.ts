import type { Bundle, DocumentReference } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { WithId } from './content.ts';
import type { DelayView, DocumentView, ReadView, SignatureView, VersionView } from './contract.ts';
import { factsOf, isPaper, lineOf } from './document-line.ts';
import { delayOf, sha256Of } from './document-reference.ts';
import { listVersions } from './list-versions.ts';
import { readPatient } from './list-documents.ts';
import { noteReading } from './note-reading.ts';
import type { DocumentParts } from './document-parts.ts';
import { personOf, readNames, referencesIn, type Names } from './people.ts';
import { plainWords } from './plain-words.ts';
import { readDocument, verifyStored, type StoredDocument } from './read-document.ts';
import { mayKnowReaders, refuseCorrection, refuseDelay, refuseRelease } from './rules.ts';
import { readReadsOf } from './tables.ts';

const nothing = { found: [], take: [], next: [] };

/** A document with its way: who signed and when, what the signatures are worth, its versions, and who has read it. Notes this reading. */
export async function viewDocument(ctx: Ctx, parts: DocumentParts, id: string): Promise<DocumentView> {
  const face = JSON.parse((await ctx.store.read('DocumentReference', id)).content) as WithId<DocumentReference>;
  const stored = isPaper(face) ? undefined : await readDocument(ctx, id);
  const [patient, versions] = await Promise.all([readPatient(ctx, face.subject!.reference!.replace('Patient/', '')), listVersions(ctx, face)]);
  const facts = factsOf(face);
  await noteReading(ctx, face, 'read');
  const reads = mayKnowReaders(facts, ctx.actor) ? await readReadsOf(ctx.sql, versions.map((each) => each.id)) : undefined;
  const names = await readNames(ctx, [...versions.flatMap(referencesIn), delayOf(face)?.by, ...(reads ?? []).map((each) => each.organization ?? undefined)]);
  const verdict = stored && verifyStored(stored, await parts.trust(), ctx.now);
  const delay = ctx.actor.role === 'patient' ? undefined : delayView(face, names);
  return {
    ...lineOf(face, names, ctx, new Set([id])),
    patient: personOf(patient),
    sha256: sha256Of(face),
    size: face.content[0]?.attachment?.size,
    verdict: verdict?.verdict,
    findings: verdict?.findings ?? [],
    signatures: stored && verdict ? signatureViews(stored, verdict.signatures) : [],
    versions: versions.map((each) => versionView(each, names)),
    ...(reads ? { readers: reads.map((each): ReadView => {
      const clinic = names.clinic(each.organization ?? undefined)?.name;
      return { key: each.id, name: each.name, role: each.role, act: each.act, at: new Date(each.at).toISOString(), own: each.actor === ctx.actor.reference, ...(clinic ? { clinic } : {}), ...(each.reason ? { reason: each.reason } : {}) };
    }) } : {}),
    ...(delay ? { delay } : {}),
    plain: stored ? plainWords(JSON.parse(stored.file.bytes.toString('utf8')) as Bundle, ctx.language) : nothing,
    pages: isPaper(face) ? face.content.flatMap(({ attachment }) => (attachment.url?.startsWith('Binary/') ? [{ url: `/fhir/R4/${attachment.url}`, mediaType: attachment.contentType ?? '', title: attachment.title ?? '' }] : [])) : [],
    may: { correct: refuseCorrection(facts, ctx.actor), delay: refuseDelay(facts, ctx.actor), release: refuseRelease(facts, ctx.actor) },
  };
}

function signatureViews({ signatures }: StoredDocument, verdicts: ReturnType<typeof verifyStored>['signatures']): SignatureView[] {
  return signatures.map(({ ordinal, role, placedAt }, index) => {
    const { verdict, signer, signedAt, certificate, digest, algorithm, findings } = verdicts[index]!;
    return { ordinal, role, verdict, who: signer?.text ?? '', signedAt, placedAt: new Date(placedAt).toISOString(), certificate, digest, algorithm, findings };
  });
}

function versionView(face: WithId<DocumentReference>, names: Names): VersionView {
  return { id: face.id, date: face.content[0]?.attachment?.creation ?? face.date ?? '', status: face.status === 'superseded' ? 'superseded' : 'current', author: names.author(face)?.name ?? '' };
}

function delayView(face: DocumentReference, names: Names): DelayView | undefined {
  const delay = delayOf(face);
  if (!delay) return undefined;
  const by = names.person(delay.by);
  return { reason: delay.reason, ...(delay.until ? { until: delay.until } : {}), ...(by ? { by } : {}), ...(delay.since ? { since: delay.since } : {}) };
}
