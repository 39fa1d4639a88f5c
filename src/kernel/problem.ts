/**
 * The one error class. A `Problem` is a refusal that the user can understand: it carries a code whose text stands in both
 * languages, and values for that text. Anything else thrown is a bug and answers 500 without inner details.
 */

/** What kind of refusal: sets the HTTP status and the FHIR issue type (http://hl7.org/fhir/R4/valueset-issue-type.html). */
export const categories = {
  incorrect: { status: 400, issue: 'invalid' },
  unauthenticated: { status: 401, issue: 'login' },
  forbidden: { status: 403, issue: 'forbidden' },
  'not-found': { status: 404, issue: 'not-found' },
  'not-allowed': { status: 405, issue: 'not-supported' },
  gone: { status: 410, issue: 'deleted' },
  'not-acceptable': { status: 406, issue: 'not-supported' },
  conflict: { status: 409, issue: 'conflict' },
  stale: { status: 412, issue: 'conflict' },
  'too-large': { status: 413, issue: 'too-long' },
  'address-too-long': { status: 414, issue: 'too-long' },
  'headers-too-large': { status: 431, issue: 'too-long' },
  timeout: { status: 408, issue: 'timeout' },
  'unsupported-media': { status: 415, issue: 'not-supported' },
  invalid: { status: 422, issue: 'processing' },
  'too-costly': { status: 422, issue: 'too-costly' },
  throttled: { status: 429, issue: 'throttled' },
  unsupported: { status: 501, issue: 'not-supported' },
  unavailable: { status: 503, issue: 'transient' },
  fault: { status: 500, issue: 'exception' },
} as const;

export type Category = keyof typeof categories;

/** One element that is wrong: FHIRPath of the element and the rule it breaks. */
export interface Issue {
  severity: 'error' | 'warning' | 'information';
  /** FHIR issue type, e.g. `required`, `value`, `structure`, `code-invalid`, `invariant`. */
  code: string;
  /** FHIRPath of the element, e.g. `Patient.name[0].given`. */
  expression: string;
  /** The whole sentence in English, or in the language of whoever asked. */
  diagnostics: string;
  /** The rule that is broken: the key of an invariant (`pat-1`), a profile’s url with its element, or a word such as `min`. */
  rule?: string;
  /** The sentence in Russian, where the fault was found by a floor that does not know who asks. */
  ru?: string;
}

export function issueText(issue: Issue, language: Language): string {
  return language === 'ru' ? (issue.ru ?? issue.diagnostics) : issue.diagnostics;
}

/** The definition of a refusal: its category and its sentence in both languages; `{name}` is filled from the details. */
export interface ProblemDefinition {
  category: Category;
  ru: string;
  en: string;
}

export type ProblemDefinitions = Readonly<Record<string, ProblemDefinition>>;

export type Details = Readonly<Record<string, string | number | boolean | null | undefined>>;

export class Problem extends Error {
  readonly code: string;
  readonly details: Details;
  readonly issues: readonly Issue[];

  constructor(code: string, details: Details = {}, issues: readonly Issue[] = []) {
    super(code);
    this.name = 'Problem';
    this.code = code;
    this.details = details;
    this.issues = issues;
  }
}

const definitions = new Map<string, ProblemDefinition>();

/** Registers a floor's or a module's refusals; a code defined twice is a programming error. */
export function defineProblems<T extends ProblemDefinitions>(problems: T): T {
  for (const [code, definition] of Object.entries(problems)) {
    const known = definitions.get(code);
    if (known && known !== definition) throw new Error(`problem ${code} is defined twice`);
    definitions.set(code, definition);
  }
  return problems;
}

export function problemDefinition(code: string): ProblemDefinition {
  return definitions.get(code) ?? { category: 'fault', ru: 'Внутренняя ошибка. Мы её записали.', en: 'Internal error. It has been recorded.' };
}

export function allProblems(): ReadonlyMap<string, ProblemDefinition> {
  return definitions;
}

export type Language = 'ru' | 'en';

/** The sentence for a person. Values are filled in as they are; the caller escapes for its medium. */
export function problemText(code: string, details: Details, language: Language): string {
  return problemDefinition(code)[language].replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''));
}

export function statusOf(problem: Problem): number {
  return categories[problemDefinition(problem.code).category].status;
}
