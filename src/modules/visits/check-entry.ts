import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Field, FieldValue, SaveFields } from './contract.ts';
import type { OpenDraft } from './open-draft.ts';
import type { VisitParts } from './parts.ts';
import { findWarnings } from './find-warnings.ts';

/** What the server knows better than the page: the name of a code, the warnings of a prescription. */
export async function checkEntry(ctx: Ctx, { terminology }: Pick<VisitParts, 'terminology'>, opened: OpenDraft, standing: readonly Field[], { linkId, value }: SaveFields['fields'][number]): Promise<FieldValue | null> {
  if (typeof value !== 'object' || value === null) return value;
  if (value.kind === 'diagnosis') {
    const known = terminology.icd10.get(value.code);
    if (!known?.leaf) throw new Problem('visits.unknown-diagnosis', { code: value.code });
    return { ...value, code: known.code, display: known.display };
  }
  if (value.kind !== 'prescription') return value;
  const others = standing.filter((field) => field.linkId !== linkId);
  return { ...value, warnings: await findWarnings(ctx, opened.draft.patient, value.medicine.code, others, opened.encounter.period?.start) };
}
