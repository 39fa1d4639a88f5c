import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { calculateFields } from './calculate-fields.ts';
import { checkEntry } from './check-entry.ts';
import type { Conflict, Field, SaveAnswer, SaveFields, SaveOutcome } from './contract.ts';
import { openDraft, type OpenDraft } from './open-draft.ts';
import type { VisitParts } from './parts.ts';
import { judgeSave, mayEdit, missingBeforeSigning, sameValue, valueFault } from './rules.ts';
import { lockDraft, putConflict, putField, readConflicts, readFields, resolveConflicts, updateDraft, type Draft, type Sql, type StoredConflict, type StoredField } from './tables.ts';

/**
 * Saves what was typed: each field on the revision it was typed upon. Two people in different fields never disturb each other; in
 * the same field the later one becomes a conflict, kept and shown. A repeated save (same editor and sequence) changes nothing.
 */
export async function saveFields(ctx: Ctx, parts: VisitParts, encounter: string, input: SaveFields): Promise<SaveAnswer> {
  const opened = await openDraft(ctx, encounter);
  checkFields(ctx, opened, input);
  const checked: SaveFields['fields'] = [];
  const standing = await readFields(ctx.sql, opened.draft.id);
  for (const field of input.fields) checked.push({ ...field, value: await checkEntry(ctx, parts, opened, standing, field) });
  const before = opened.draft.version;
  let outcomes: SaveOutcome[] = [];
  await inDraft(ctx, opened.draft.id, async (sql, draft) => {
    outcomes = await apply(ctx, sql, draft, { ...input, fields: checked });
    if (outcomes.some(({ outcome }) => outcome === 'saved')) await calculateFields(ctx, sql, opened, draft);
  });
  return answer(ctx, opened, before, outcomes, input);
}

/** One transaction over an open draft, which then tells the other windows if its version grew. */
export async function inDraft(ctx: Ctx, id: string, work: (sql: Sql, draft: Draft) => Promise<void>): Promise<void> {
  await ctx.store.write([], {
    alongside: async (sql) => {
      const draft = await lockDraft(sql, id);
      if (!draft || draft.state !== 'open') throw new Problem('visits.closed');
      const version = draft.version;
      await work(sql, draft);
      if (draft.version !== version || draft.state !== 'open') await updateDraft(sql, draft, ctx.now);
    },
  });
}

function checkFields(ctx: Ctx, { template }: OpenDraft, input: SaveFields): void {
  for (const { linkId, value } of input.fields) {
    const label = template.items.get(linkId)?.label.ru || template.sectionOf.get(linkId)?.title.ru || linkId;
    if (!mayEdit(ctx.actor.role, linkId, template)) throw new Problem('visits.not-yours', { field: label });
    const fault = valueFault(template, linkId, value);
    if (fault) throw new Problem('visits.wrong-value', { field: label, fault: faultWords[ctx.language][fault] });
  }
}

const faultWords = {
  ru: { 'unknown-field': 'такого поля нет в шаблоне', 'wrong-kind': 'ожидается другое', 'impossible-value': 'так не бывает, проверьте, не опечатка ли', calculated: 'оно считается само' },
  en: { 'unknown-field': 'the template has no such field', 'wrong-kind': 'something else is expected', 'impossible-value': 'this cannot be, check for a slip', calculated: 'it is calculated' },
} as const;

async function apply(ctx: Ctx, sql: Sql, draft: Draft, { editor, sequence, fields }: SaveFields): Promise<SaveOutcome[]> {
  const standing = new Map((await readFields(sql, draft.id)).map((field) => [field.linkId, field]));
  const kept = await readConflicts(sql, draft.id);
  const author = { reference: ctx.actor.reference, name: ctx.actor.name };
  const outcomes: SaveOutcome[] = [];
  for (const { linkId, value, baseRevision, ...field } of fields) {
    const known = standing.get(linkId);
    const beside = kept.filter((conflict) => conflict.linkId === linkId);
    const mine = beside.find((conflict) => conflict.editor === editor);
    // whoever types what already stands there has decided
    const resolves = field.resolves || (beside.length === 1 && mine !== undefined && sameValue(known?.value, value));
    const outcome = judge(known, mine, { value, baseRevision, editor, sequence, resolves });
    if (outcome === 'saved') {
      draft.version += 1;
      const field: StoredField = { linkId, value, revision: draft.version, author, at: ctx.now.toISOString(), editor, sequence, unconfirmed: false };
      standing.set(linkId, field);
      await putField(sql, draft, field);
      if (resolves) await resolveConflicts(sql, draft.id, linkId, ctx.actor.reference, ctx.now);
    }
    if (outcome === 'conflict' && !(mine && sameValue(mine.value, value))) {
      draft.version += 1;
      await putConflict(sql, draft, { linkId, editor, sequence, value, author, at: ctx.now.toISOString(), revision: draft.version });
    }
    outcomes.push({ linkId, outcome, revision: standing.get(linkId)?.revision ?? 0 });
  }
  return outcomes;
}

/** While a window's own conflict is open, what it types without having seen the other value stays beside, until somebody decides. */
function judge(known: StoredField | undefined, mine: StoredConflict | undefined, incoming: Parameters<typeof judgeSave>[1]): SaveOutcome['outcome'] {
  if (mine && !incoming.resolves && incoming.baseRevision < (known?.revision ?? 0)) return incoming.sequence <= mine.sequence ? 'late' : 'conflict';
  return judgeSave(known, incoming);
}

async function answer(ctx: Ctx, { draft, template }: OpenDraft, before: number, outcomes: SaveOutcome[], input: SaveFields): Promise<SaveAnswer> {
  const [all, conflicts] = await Promise.all([readFields(ctx.sql, draft.id), readConflicts(ctx.sql, draft.id)]);
  const touched = new Set(input.fields.map((field) => field.linkId));
  const fields = all.filter((field) => field.revision > before || touched.has(field.linkId));
  return {
    savedAt: ctx.clock.now().toISOString(),
    version: Math.max(before, ...all.map((field) => field.revision), ...conflicts.map((conflict) => conflict.revision)),
    outcomes,
    fields: fields.map(plainField),
    conflicts: conflicts.map(plainConflict),
    missing: missingBeforeSigning(template, all, conflicts),
  };
}

/** As the page sees it: how saves are told apart is the server's matter. */
export function plainField(stored: StoredField): Field {
  const { linkId, value, revision, author, at, source, unconfirmed } = stored;
  return { linkId, value, revision, author, at, ...(source ? { source } : {}), unconfirmed };
}

export function plainConflict({ linkId, editor, value, author, at, revision }: StoredConflict): Conflict {
  return { linkId, editor, value, author, at, revision };
}

