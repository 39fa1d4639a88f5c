import type { DocumentReference } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { Stored } from '../../store/types.ts';
import type { WithId } from './content.ts';

/** A document is corrected some times, not without end. */
const most = 50;

/** All versions of a document that the caller may see, the newest first. A correction says what it replaces, so the way back is read and the way forward searched. */
export async function listVersions(ctx: Ctx, face: WithId<DocumentReference>): Promise<WithId<DocumentReference>[]> {
  const found = [face];
  for (let at: WithId<DocumentReference> | undefined = face; at && found.length < most; ) {
    const earlier: string | undefined = at.relatesTo?.find((each) => each.code === 'replaces')?.target.reference;
    const [stored]: readonly Stored[] = earlier && !found.some((each) => `DocumentReference/${each.id}` === earlier) ? await ctx.store.readMany([earlier]) : [];
    at = stored ? (JSON.parse(stored.content) as WithId<DocumentReference>) : undefined;
    if (at) found.push(at);
  }
  for (let at: WithId<DocumentReference> | undefined = face; at && found.length < most; ) {
    const { matches } = await ctx.store.search('DocumentReference', `patient=${at.subject?.reference}&relatesto=DocumentReference/${at.id}&relation=replaces`);
    const [later] = matches.map((each) => JSON.parse(each.content) as WithId<DocumentReference>).filter((each) => !found.some((known) => known.id === each.id));
    if (later) found.unshift(later);
    at = later;
  }
  return found;
}
