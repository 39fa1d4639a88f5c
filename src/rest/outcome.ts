import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes';
import { categories, issueText, problemDefinition, problemText, type Language, type Problem } from '../kernel/problem.ts';

/** System of `details.coding`: the code of the refusal, for programs. */
export const problemSystem = 'urn:karta:problem';

/** System of the rule that an element breaks: `pat-1`, `min`, `binding …`. */
export const ruleSystem = 'urn:karta:rule';

/** A refusal as FHIR says it: what happened in the user's language, then each element that is wrong. */
export function outcomeOf(problem: Problem, language: Language): OperationOutcome {
  const definition = problemDefinition(problem.code);
  const severity = definition.category === 'fault' ? 'fatal' : 'error';
  const text = problemText(problem.code, problem.details, language);
  const details = { coding: [{ system: problemSystem, code: problem.code }], text };
  const code = categories[definition.category].issue as OperationOutcomeIssue['code'];
  if (problem.issues.length === 0) return { resourceType: 'OperationOutcome', issue: [{ severity, code, details }] };
  return {
    resourceType: 'OperationOutcome',
    issue: problem.issues.map((issue) => ({
      severity: issue.severity,
      code: issue.code as OperationOutcomeIssue['code'],
      details: issue.rule === undefined ? details : { ...details, coding: [...details.coding, { system: ruleSystem, code: issue.rule }] },
      ...(issue.diagnostics ? { diagnostics: issueText(issue, language) } : {}),
      ...(issue.expression ? { expression: [issue.expression] } : {}),
    })),
  };
}

const done: Record<string, Record<Language, string>> = {
  created: { ru: 'Запись создана.', en: 'The resource has been created.' },
  updated: { ru: 'Запись изменена.', en: 'The resource has been updated.' },
  unchanged: { ru: 'Запись осталась без изменений.', en: 'The resource is unchanged.' },
  deleted: { ru: 'Запись удалена.', en: 'The resource has been deleted.' },
};

/** What `Prefer: return=OperationOutcome` answers after a success. */
export function successOutcome(outcome: 'created' | 'updated' | 'unchanged' | 'deleted', language: Language): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: done[outcome]![language] } }] };
}
