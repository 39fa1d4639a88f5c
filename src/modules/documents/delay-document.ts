import type { DocumentReference, Provenance, Resource } from '@medplum/fhirtypes';
import { delayedLabel as delayedToken } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Stored, WriteOperation } from '../../store/types.ts';
import type { WithId } from './content.ts';
import { factsOf } from './document-line.ts';
import { delayOf, withDelay, type Delay } from './document-reference.ts';
import { listVersions } from './list-versions.ts';
import type { DocumentParts } from './document-parts.ts';
import './problems.ts';
import { delayFault, longestDelay, refuseDelay, refuseRelease } from './rules.ts';

/**
 * Keeps a document from its patient until a talk: the document, what it wrote and where that says its origin carry the label together. The
 * patient is told that it is there. Again with another date: the date moves.
 */
export async function delayDocument(ctx: Ctx, parts: DocumentParts, id: string, wish: { until: string; reason: string }, idempotencyKey?: string): Promise<{ until: string }> {
  const stored = await ctx.store.read('DocumentReference', id);
  const face = JSON.parse(stored.content) as WithId<DocumentReference>;
  const refused = refuseDelay(factsOf(face), ctx.actor);
  if (refused) throw new Problem(refused === 'superseded' || refused === 'paper' ? 'documents.cannot-delay' : 'documents.not-yours-to-delay');
  if (delayFault(wish.until, dayIn(parts.zone, ctx.now))) throw new Problem('documents.delay-date', { longest: longestDelay });
  const delay: Delay = { ...wish, by: ctx.actor.reference, since: ctx.now.toISOString() };
  const { earlier } = await belonging(ctx, stored);
  const all = [stored, ...earlier, ...(await written(ctx, [stored, ...earlier]))];
  await ctx.store.write(all.map((each) => relabel(each, delay)), idempotencyKey === undefined ? {} : { idempotencyKey });
  return { until: wish.until };
}

/** The talk has taken place: the patient sees the document, its earlier versions and all that they wrote. */
export async function releaseDocument(ctx: Ctx, id: string, idempotencyKey?: string): Promise<{ released: true }> {
  const stored = await ctx.store.read('DocumentReference', id);
  const refused = refuseRelease(factsOf(JSON.parse(stored.content) as DocumentReference), ctx.actor);
  if (refused === 'not-delayed') throw new Problem('documents.not-delayed');
  if (refused) throw new Problem('documents.not-yours-to-delay');
  await release(ctx, stored, idempotencyKey);
  return { released: true };
}

async function release(ctx: Ctx, stored: Stored, idempotencyKey?: string): Promise<void> {
  const { earlier } = await belonging(ctx, stored);
  const documents = [stored, ...earlier];
  const all = [...documents, ...(await written(ctx, documents))].filter(isLabelled);
  await ctx.store.write(all.map((each) => relabel(each, undefined)), idempotencyKey === undefined ? {} : { idempotencyKey });
}

/** For the job: releases what has reached its day. A document that somebody changes at this moment waits for the next run. */
export async function releaseDue(ctx: Ctx, zone: string): Promise<number> {
  const today = dayIn(zone, ctx.now);
  let released = 0;
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const page: Awaited<ReturnType<Ctx['store']['search']>> = await ctx.store.search('DocumentReference', `_security=${encodeURIComponent(delayedToken)}&_count=200${cursor ? `&_cursor=${encodeURIComponent(cursor)}` : ''}`);
    for (const stored of page.matches) {
      const until = delayOf(JSON.parse(stored.content) as DocumentReference)?.until;
      if (until === undefined || until > today) continue;
      try {
        await release(ctx, stored);
        released += 1;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        ctx.log.warn({ code: error.code }, 'a delayed document could not be released; it is tried again');
      }
    }
    cursor = page.next;
  }
  return released;
}

/** The versions that a document replaced: they say much of the same. */
async function belonging(ctx: Ctx, stored: Stored): Promise<{ earlier: Stored[] }> {
  const versions = await listVersions(ctx, JSON.parse(stored.content) as WithId<DocumentReference>);
  const at = versions.findIndex((each) => each.id === stored.id);
  return { earlier: await ctx.store.readMany(versions.slice(at + 1).map((each) => `DocumentReference/${each.id}`)) };
}

/** What documents wrote, found by their Provenance, and every Provenance of that. The patient himself stands among the targets. */
async function written(ctx: Ctx, documents: readonly Stored[]): Promise<Stored[]> {
  const patient = (JSON.parse(documents[0]!.content) as DocumentReference).subject?.reference ?? '';
  const search = async (query: string) => (await ctx.store.search('Provenance', `patient=${patient}&${query}&_count=1000`)).matches;
  const origins = await search(`entity=${documents.map((each) => `DocumentReference/${each.id}`).join(',')}`);
  const targets = new Set(origins.flatMap((each) => (JSON.parse(each.content) as Provenance).target.flatMap(({ reference }) => reference ?? [])));
  targets.delete(patient);
  if (targets.size === 0) return origins;
  const [resources, others] = await Promise.all([ctx.store.readMany([...targets]), search(`target=${[...targets].join(',')}`)]);
  return [...new Map([...resources, ...origins, ...others].map((each) => [`${each.type}/${each.id}`, each])).values()];
}

const isLabelled = (stored: Stored): boolean => stored.content.includes('"urn:karta:label"');

function relabel(stored: Stored, delay: Delay | undefined): WriteOperation {
  return { method: 'update', resource: withDelay(JSON.parse(stored.content) as Resource, delay), ifMatch: stored.version };
}

/** The calendar day of an instant in a zone, `YYYY-MM-DD`. */
export function dayIn(zone: string, at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
}
