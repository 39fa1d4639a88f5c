import type { Model, Rule } from './model-types.ts';

/** A constraint as a StructureDefinition carries it. */
export interface Constraint {
  key: string;
  severity: 'error' | 'warning';
  human: string;
  expression?: string;
}

/** Rules of elements whose structure is checked anyway: an empty object is refused wherever it stands. */
const implied = new Set(['ele-1']);

/**
 * Expressions that are published with a mistake, by key and type, with what is meant; `null` leaves a rule out. Each stands here with its
 * reason, and the test holds every other rule of the package against the official definitions.
 */
export const correctedRules: Readonly<Record<string, { expression: string | null; why: string }>> = {
  'con-3 Condition': {
    expression: "clinicalStatus.exists() or verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-ver-status' and code = 'entered-in-error').exists() or category.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-category' and code='problem-list-item').empty()",
    why: 'R4 compares a CodeableConcept with a text, and the answer of every category counts as found; R4B has this expression.',
  },
  'evv-1 EvidenceVariable.characteristic': { expression: null, why: 'A rule of R5 that the package brings; none of its elements is R4.' },
  'cid-0 ChargeItemDefinition': { expression: null, why: 'ChargeItemDefinition of R4 has no name.' },
  'que-12 Questionnaire.item': {
    expression: 'enableWhen.count() > 1 implies enableBehavior.exists()',
    why: 'R4 lets two conditions pass, while the rule’s own words and the element’s comment mean more than one; R4B has this expression.',
  },
  'app-4 Appointment': {
    expression: "cancelationReason.exists() implies (status='noshow' or status='cancelled')",
    why: 'R4 writes “no-show”, while the code of its own value set is “noshow”.',
  },
};

/** Adds rules to the table of the model and answers their places in it. */
export function rulesOf(model: Model, constraints: readonly Constraint[] | undefined, path: string): number[] | undefined {
  const found: number[] = [];
  for (const { key, severity, human, expression } of constraints ?? []) {
    const corrected = correctedRules[`${key} ${path}`];
    const text = corrected ? corrected.expression : expression;
    if (!text || implied.has(key)) continue;
    const rule: Rule = { key, severity, human, expression: text };
    let at = model.rules.findIndex((known) => known.key === key && known.expression === text && known.human === human);
    if (at < 0) at = model.rules.push(rule) - 1;
    found.push(at);
  }
  return found.length > 0 ? found : undefined;
}
