import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { ChangesAnswer } from './contract.ts';
import { answersOf } from './earlier-visits.ts';
import { openDraft } from './open-draft.ts';
import { isEmpty, mayEdit } from './rules.ts';
import { inDraft } from './save-fields.ts';
import { putField, readFields } from './tables.ts';
import { readChanges } from './wait-for-changes.ts';

/**
 * Takes texts of an earlier signed visit into empty fields of the draft. They stand unconfirmed with their source until a person
 * confirms or changes them; what somebody has already written is never overwritten.
 */
export async function copyForward(ctx: Ctx, encounter: string, input: { editor: string; document: string; linkIds: string[] }): Promise<ChangesAnswer> {
  const { draft, template } = await openDraft(ctx, encounter);
  const earlier = await answersOf(ctx, input.document, template);
  const links = template.sections.filter((section) => input.linkIds.includes(section.linkId)).flatMap((section) => section.items.map((item) => item.linkId));
  const wanted = [...new Set([...input.linkIds, ...links])].filter((linkId) => earlier?.answers.has(linkId) && template.items.has(linkId) && mayEdit(ctx.actor.role, linkId, template));
  if (!earlier || wanted.length === 0) throw new Problem('visits.nothing-to-copy');
  const source = { document: input.document, date: earlier.visit.date, author: earlier.visit.author };
  await inDraft(ctx, draft.id, async (sql, locked) => {
    const filled = new Set((await readFields(sql, draft.id)).filter((field) => !isEmpty(field.value)).map((field) => field.linkId));
    for (const linkId of wanted.filter((each) => !filled.has(each))) {
      locked.version += 1;
      await putField(sql, locked, {
        linkId, value: earlier.answers.get(linkId)!, revision: locked.version, author: { reference: ctx.actor.reference, name: ctx.actor.name }, at: ctx.now.toISOString(),
        // no window's own: the window that asked for the copy has not typed it
        editor: `copy ${input.editor}`, sequence: locked.version, source, unconfirmed: true,
      });
    }
  });
  return readChanges(ctx, encounter, draft.version);
}
