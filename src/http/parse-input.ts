import { locales, type z } from 'zod';
import { Problem, type Issue, type Language } from '../kernel/problem.ts';

const messages = { ru: locales.ru().localeError, en: locales.en().localeError } as const;

type Part = 'params' | 'query' | 'body';

/** Checks the parts of a request against their schemas. Refuses `http.input`, whose issues name every field and what is wrong with it. */
export function parseInput(schemas: { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType }, given: Readonly<Record<Part, unknown>>, language: Language): Record<Part, unknown> {
  const parsed: Record<Part, unknown> = { params: undefined, query: undefined, body: undefined };
  const issues: Issue[] = [];
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = schemas[part];
    if (!schema) continue;
    const result = schema.safeParse(given[part], { error: messages[language] });
    if (result.success) parsed[part] = result.data;
    else for (const issue of result.error.issues) issues.push({ severity: 'error', code: issueCode(issue), expression: fieldPath(part, issue.path), diagnostics: issue.message });
  }
  if (issues.length > 0) throw new Problem('http.input', { fields: [...new Set(issues.map((issue) => issue.expression))].slice(0, 10).join(', ') }, issues);
  return parsed;
}

function fieldPath(part: Part, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step).slice(0, 80)}`), part);
}

/** FHIR's issue types (http://hl7.org/fhir/R4/valueset-issue-type.html), so that screens treat both APIs alike. */
function issueCode(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'structure';
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'required';
  return 'value';
}
