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
    const unwritable = findUnwritable(given[part], []);
    if (unwritable) issues.push({ severity: 'error', code: 'value', expression: fieldPath(part, unwritable), diagnostics: unwritableText[language] });
    const result = schema.safeParse(given[part], { error: messages[language] });
    if (result.success) parsed[part] = result.data;
    else for (const issue of result.error.issues) issues.push({ severity: 'error', code: issueCode(issue), expression: fieldPath(part, issue.path), diagnostics: issue.message });
  }
  if (issues.length > 0) throw new Problem('http.input', { fields: [...new Set(issues.map((issue) => issue.expression))].slice(0, 10).join(', ') }, issues);
  return parsed;
}

const unwritableText = { ru: 'Недопустимый знак U+0000', en: 'The character U+0000 is not allowed' } as const;

/** Where a text carries U+0000, which JSON can say and no text of PostgreSQL can hold. */
function findUnwritable(value: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] | undefined {
  if (typeof value === 'string') return value.includes('\0') ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(key) : key;
    const found = key.includes('\0') ? path : findUnwritable(child, [...path, step]);
    if (found) return found;
  }
  return undefined;
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
