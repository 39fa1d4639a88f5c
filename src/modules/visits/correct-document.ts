import { randomUUID } from 'node:crypto';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { readOne } from './stored.ts';
import { copyFields, draftOfDocument, draftOfEncounter, insertDraft, lockDraft, updateDraft } from './tables.ts';

/**
 * Opens a draft that holds what the signed document says, to be corrected. The document stays in force until the new version is
 * signed, and readable after. Called again it answers the same open draft.
 */
export async function correctDocument(ctx: Ctx, document: string): Promise<{ encounter: string }> {
  const face = await readOne(ctx, 'DocumentReference', document);
  const old = await draftOfDocument(ctx.sql, (face.masterIdentifier?.value ?? '').replace('urn:uuid:', ''));
  if (!old || face.status !== 'current') throw new Problem('visits.not-correctable');
  if (ctx.actor.reference !== old.doctor) throw new Problem('visits.not-the-doctor', { doctor: face.authenticator?.display ?? '' });
  const open = await draftOfEncounter(ctx.sql, old.encounter);
  if (open?.state === 'open' && open.replaces === document) return { encounter: old.encounter };
  const id = randomUUID();
  await ctx.store.write([], {
    alongside: async (sql) => {
      await lockDraft(sql, old.id);
      // a second click finds the first one's draft already there
      if (!(await insertDraft(sql, { ...old, id, appointment: null, replaces: document, now: ctx.now }))) return;
      const draft = (await lockDraft(sql, id))!;
      await copyFields(sql, old.id, draft);
      await updateDraft(sql, { ...draft, version: 1 }, ctx.now);
    },
  });
  return { encounter: old.encounter };
}
