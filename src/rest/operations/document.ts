import { randomUUID } from 'node:crypto';
import type { Composition } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { referencesOf } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Stored } from '../../store/types.ts';
import { writeDocument } from '../document-text.ts';
import { versionPath } from '../address.ts';
import type { Answer, Operation, OperationInput } from '../call.ts';
import { flag, givenTo } from './parameters.ts';

/** Entries that a document may have; a Composition that leads to more is no document any more. */
const mostEntries = 2000;

/**
 * http://hl7.org/fhir/R4/composition-operation-document.html: the Composition with all that it refers to, and what belongs to these, as one
 * document Bundle (http://hl7.org/fhir/R4/documents.html#content). What the caller may not see would leave a hole, and refuses.
 */
export const compositionDocument: readonly Operation[] = (['instance', 'type'] as const).map((level) => ({ name: 'document', level, types: ['Composition'], definition: 'http://hl7.org/fhir/OperationDefinition/Composition-document', affectsState: false, run }));

async function run(ctx: Ctx, input: OperationInput): Promise<Answer> {
  const given = givenTo(input);
  const [persist, graph] = [flag(given, 'persist'), given.value('graph')];
  if (graph !== undefined) throw new Problem('rest.bad-parameter', { name: 'graph', value: graph.slice(0, 40), expected: '—' });
  const composition = await ctx.store.read('Composition', compositionId(input, given.value('id')));
  const entries = await gather(ctx, composition);
  const text = writeDocument({ url: input.url, identifier: `urn:uuid:${randomUUID()}`, at: ctx.now, entries });
  if (!persist) return { status: 200, body: text };
  const [kept] = await ctx.store.write([{ method: 'create', resource: JSON.parse(text) as never, text }], input.idempotencyKey === undefined ? {} : { idempotencyKey: input.idempotencyKey });
  return { status: 201, body: kept!.content, version: kept!.version, updated: kept!.updated, location: `${input.url}/${versionPath(kept!)}` };
}

/** By the address, or by the parameter `id` where the address names none: an id, or the URL of a Composition that is here. */
function compositionId({ id, url }: OperationInput, asked: string | undefined): string {
  const refuse = (expected: string) => new Problem('rest.bad-parameter', { name: 'id', value: (asked ?? '').slice(0, 80), expected });
  if (id !== undefined) {
    if (asked !== undefined) throw refuse('—');
    return id;
  }
  const own = `${url}/Composition/`;
  const named = asked?.startsWith(own) ? asked.slice(own.length) : asked;
  if (named === undefined || !/^[A-Za-z0-9\-.]{1,64}$/.test(named)) throw refuse(`id, ${own}id`);
  return named;
}

/** The Composition first, then each resource once, in the order in which the references lead to them. */
async function gather(ctx: Ctx, composition: Stored): Promise<Stored[]> {
  const known = new Map([[`Composition/${composition.id}`, composition]]);
  const own = JSON.parse(composition.content) as Composition;
  // Of the Composition everything is part of the document; of its entries what they stand on (who, where, of what), one step at a time.
  for (let wanted = localReferences(own); wanted.length > 0; ) {
    const found = new Map((await ctx.store.readMany(wanted)).map((stored) => [`${stored.type}/${stored.id}`, stored]));
    const missing = wanted.find((reference) => !found.has(reference));
    if (missing !== undefined) throw new Problem('rest.document-incomplete', { reference: missing });
    for (const reference of wanted) known.set(reference, found.get(reference)!);
    if (known.size > mostEntries) throw new Problem('rest.document-too-large', { limit: mostEntries });
    const next = new Set([...found.values()].flatMap(({ content }) => localReferences(JSON.parse(content) as { resourceType: string })).filter(belongs));
    wanted = [...next].filter((reference) => !known.has(reference));
  }
  return [...known.values()];
}

/** A section's entry may refer far into the record; of these steps only people, places, things and results are taken along. */
function belongs(reference: string): boolean {
  return /^(?:Patient|Practitioner|PractitionerRole|Organization|Location|Medication|Device|RelatedPerson|Observation|Specimen|Media|Substance)\//.test(reference);
}

function localReferences(resource: { resourceType: string }): string[] {
  return [...new Set(referencesOf(resource).flatMap(({ reference }) => /^([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/\d+)?$/.exec(reference)?.[1] ?? []))];
}
