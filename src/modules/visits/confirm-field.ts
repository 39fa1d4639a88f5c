import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { ChangesAnswer } from './contract.ts';
import { openDraft } from './open-draft.ts';
import { mayEdit } from './rules.ts';
import { inDraft } from './save-fields.ts';
import { putField, readFields } from './tables.ts';
import { readChanges } from './wait-for-changes.ts';

/** A person has read what was copied and stands for it: from now on it is his. The source stays with it. */
export async function confirmField(ctx: Ctx, encounter: string, { linkId, revision }: { linkId: string; revision: number }): Promise<ChangesAnswer> {
  const { draft, template } = await openDraft(ctx, encounter);
  const label = template.items.get(linkId)?.label[ctx.language] ?? linkId;
  if (!mayEdit(ctx.actor.role, linkId, template)) throw new Problem('visits.not-yours', { field: label });
  await inDraft(ctx, draft.id, async (sql, locked) => {
    const field = (await readFields(sql, draft.id)).find((each) => each.linkId === linkId);
    if (!field || field.revision !== revision) throw new Problem('visits.field-changed', { field: label });
    if (!field.unconfirmed) return;
    locked.version += 1;
    await putField(sql, locked, { ...field, revision: locked.version, author: { reference: ctx.actor.reference, name: ctx.actor.name }, at: ctx.now.toISOString(), unconfirmed: false });
  });
  return readChanges(ctx, encounter, draft.version);
}
