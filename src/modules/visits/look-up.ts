import type { Ctx } from '../../access/context.ts';
import { medicineByInn } from '../../terminology/medicines.ts';
import type { DiagnosisProposal, MedicineProposal } from './contract.ts';
import { findWarnings } from './find-warnings.ts';
import { openDraft } from './open-draft.ts';
import type { VisitParts } from './parts.ts';
import { readFields } from './tables.ts';

/** МКБ-10 by words or code, mistyped and half-typed too: what may be used for a diagnosis. */
export function lookUpDiagnoses({ terminology }: Pick<VisitParts, 'terminology'>, { text, limit }: { text: string; limit: number }): { diagnoses: DiagnosisProposal[] } {
  const found = terminology.icd10.lookUp(text, limit * 2).filter((match) => match.leaf);
  return { diagnoses: found.slice(0, limit).map(({ code, display, leaf }) => ({ code, display, leaf })) };
}

/** Medicines by МНН or trade name with forms and usual dosing; of a visit also what speaks against them for this patient. */
export async function lookUpMedicines(ctx: Ctx, { terminology }: Pick<VisitParts, 'terminology'>, { text, limit, encounter }: { text: string; limit: number; encounter?: string | undefined }): Promise<{ medicines: MedicineProposal[] }> {
  const found = terminology.medicines.lookUp(text, limit);
  const opened = encounter === undefined ? undefined : await openDraft(ctx, encounter);
  const fields = opened ? await readFields(ctx.sql, opened.draft.id) : [];
  const medicines = found.map(async ({ code, display }): Promise<MedicineProposal> => {
    const medicine = medicineByInn(code);
    return {
      code, name: display,
      forms: (medicine?.forms ?? []).map(({ form, strengths }) => ({ form, strengths: [...strengths] })),
      dosing: [...(medicine?.dosing ?? [])],
      warnings: opened ? await findWarnings(ctx, opened.draft.patient, code, fields, opened.encounter.period?.start) : [],
    };
  });
  return { medicines: await Promise.all(medicines) };
}
