import type { Ctx } from '../../access/context.ts';
import type { ChangesAnswer } from './contract.ts';
import { openDraft } from './open-draft.ts';
import type { VisitParts } from './parts.ts';
import { missingBeforeSigning } from './rules.ts';
import { plainConflict, plainField } from './save-fields.ts';
import { signedDocumentOf } from './signed-document.ts';
import { readConflicts, readFields } from './tables.ts';

/** What the draft holds that is newer than a version. */
export async function readChanges(ctx: Ctx, encounter: string, since: number): Promise<ChangesAnswer> {
  const { draft, template } = await openDraft(ctx, encounter);
  const [all, conflicts, document] = await Promise.all([readFields(ctx.sql, draft.id), readConflicts(ctx.sql, draft.id), signedDocumentOf(ctx, draft)]);
  return {
    version: draft.version, state: draft.state, ...(document ? { document } : {}),
    fields: all.filter((field) => field.revision > since).map(plainField),
    conflicts: conflicts.map(plainConflict),
    missing: missingBeforeSigning(template, all, conflicts),
  };
}

/** Answers at once where something is newer than `since`, else when another window changes the draft, at the latest after `wait` seconds. */
export async function waitForChanges(ctx: Ctx, { watch }: Pick<VisitParts, 'watch'>, encounter: string, { since, wait }: { since: number; wait: number }): Promise<ChangesAnswer> {
  // begins to listen before it looks: a change between the two wakes it
  const until = watch.changed(encounter, wait * 1000);
  const now = await readChanges(ctx, encounter, since);
  if (now.version > since || now.state !== 'open' || wait === 0) return now;
  await until;
  return readChanges(ctx, encounter, since);
}
