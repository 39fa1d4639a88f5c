import type { DocumentReference, Patient } from '@medplum/fhirtypes';
import { delayedLabel as delayedToken } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WithId } from './content.ts';
import type { DocumentList, WaitingDocument } from './contract.ts';
import { lineOf } from './document-line.ts';
import { delayOf } from './document-reference.ts';
import { readNames, referencesIn } from './people.ts';
import { readOpened } from './tables.ts';

/** The documents of a patient that the caller may see, the newest first; to the patient also which ones wait for a talk. */
export async function listDocuments(ctx: Ctx, patient: string): Promise<DocumentList> {
  const own = ctx.actor.role === 'patient';
  if (own) demandOwnCard(ctx, patient);
  const found = await ctx.store.search('DocumentReference', `patient=Patient/${patient}&_sort=-date&_count=1000`);
  const faces = found.matches.map((each) => JSON.parse(each.content) as WithId<DocumentReference>);
  const [names, opened, waiting] = await Promise.all([
    readNames(ctx, faces.flatMap(referencesIn)),
    own ? readOpened(ctx.sql, patient, ctx.actor.reference) : new Set<string>(),
    own ? listWaiting(ctx, patient) : [],
  ]);
  return { documents: faces.map((each) => lineOf(each, names, ctx, opened)), waiting };
}

/** Karta reads what the patient may not, and tells of it only that it is there, by whom, till when and whom to ask. */
export async function listWaiting(ctx: Ctx, patient: string): Promise<WaitingDocument[]> {
  demandOwnCard(ctx, patient);
  const found = await ctx.asSystem().store.search('DocumentReference', `patient=Patient/${patient}&_security=${encodeURIComponent(delayedToken)}&status=current&_sort=-date&_count=200`);
  const faces = found.matches.map((each) => JSON.parse(each.content) as WithId<DocumentReference>);
  const names = await readNames(ctx, faces.flatMap((face) => [...referencesIn(face), delayOf(face)?.by]));
  return faces.map((face, index) => {
    const author = names.author(face);
    const delay = delayOf(face);
    const date = face.content[0]?.attachment?.creation ?? face.date ?? '';
    return {
      key: `${index}-${date}`, date, author: names.person(delay?.by) ?? author?.name ?? '', clinic: names.clinic(face.custodian?.reference),
      ...(author?.post && (!delay?.by || delay.by === author.reference) ? { post: author.post } : {}), ...(delay?.until ? { until: delay.until } : {}),
    };
  });
}

/** A patient asks for his own card or a child's; any other does not exist for him. */
export function demandOwnCard(ctx: Ctx, patient: string): void {
  if (!ctx.actor.patients?.includes(patient)) throw new Problem('store.not-found', { reference: `Patient/${patient}` });
}

export async function readPatient(ctx: Ctx, id: string): Promise<WithId<Patient>> {
  return JSON.parse((await ctx.store.read('Patient', id)).content) as WithId<Patient>;
}
