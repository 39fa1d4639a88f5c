import type { CodeableConcept, Coding, ParametersParameter, Resource } from '@medplum/fhirtypes';
import { validateResource } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import '../problems.ts';

/** What an operation was called with: the address, and the Parameters (or the one resource) of the body. */
export class Arguments {
  readonly #query: URLSearchParams;
  readonly #parameters: readonly ParametersParameter[];
  /** A body that is no Parameters: the resource that the operation is about (http://hl7.org/fhir/R4/operations.html#request). */
  readonly body: Resource | undefined;

  constructor(query: URLSearchParams, body: Resource | undefined) {
    if (body) checkShape(body);
    for (const [name, value] of query) if (control.test(name) || control.test(value)) throw bad(name, value, 'U+0020 …');
    this.#query = query;
    this.#parameters = body?.resourceType === 'Parameters' ? (body.parameter ?? []) : [];
    this.body = body?.resourceType === 'Parameters' ? undefined : body;
  }

  texts(name: string): string[] {
    const given = this.#named(name).map((one) => {
      const value = Object.entries(one).find(([key]) => key.startsWith('value'))?.[1] as unknown;
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') throw bad(name, JSON.stringify(one).slice(0, 80), 'value[x]');
      return String(value);
    });
    return [...given, ...this.#query.getAll(name)].filter((text) => text !== '');
  }

  text(name: string): string | undefined {
    const [first, ...more] = this.texts(name);
    if (more.length > 0) throw bad(name, `${more.length + 1}×`, '1×');
    return first;
  }

  demandText(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw new Problem('terminology.parameter-missing', { names: name });
    return text;
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text !== undefined && text !== 'true' && text !== 'false') throw bad(name, text, 'true, false');
    return text === undefined ? undefined : text === 'true';
  }

  /** A whole number from 0. */
  count(name: string): number | undefined {
    const text = this.text(name);
    if (text !== undefined && !/^\d{1,9}$/.test(text)) throw bad(name, text, '0, 1, 2 …');
    return text === undefined ? undefined : Number(text);
  }

  resource<T extends Resource>(name: string, type: T['resourceType']): T | undefined {
    const [one] = this.#named(name);
    const resource = one?.resource;
    if (one && resource?.resourceType !== type) throw bad(name, resource?.resourceType ?? '', type);
    return resource as T | undefined;
  }

  coding(name: string): Coding | undefined {
    const value = this.#named(name)[0]?.valueCoding;
    if (value === undefined && (this.#named(name).length > 0 || this.#query.has(name))) throw bad(name, this.#query.get(name) ?? '', 'valueCoding');
    if (value !== undefined && value.code === undefined) throw bad(name, JSON.stringify(value).slice(0, 80), 'Coding.code');
    return value;
  }

  codeableConcept(name: string): CodeableConcept | undefined {
    const value = this.#named(name)[0]?.valueCodeableConcept;
    if (value === undefined && (this.#named(name).length > 0 || this.#query.has(name))) throw bad(name, this.#query.get(name) ?? '', 'valueCodeableConcept');
    return value;
  }

  /** Parameters made of parts: each as a map of its parts by name. */
  composed(name: string): ReadonlyMap<string, ParametersParameter>[] {
    return this.#named(name).map(({ part }) => new Map((part ?? []).map((one) => [one.name, one])));
  }

  /** Canonicals with their versions: `system|version`. */
  versions(name: string): Map<string, string> {
    return new Map(this.texts(name).map((text) => {
      const bar = text.lastIndexOf('|');
      if (bar <= 0 || bar === text.length - 1) throw bad(name, text, 'system|version');
      return [text.slice(0, bar), text.slice(bar + 1)];
    }));
  }

  #named(name: string): ParametersParameter[] {
    return this.#parameters.filter((one) => one?.name === name);
  }
}

/** Characters that no text of FHIR has (http://hl7.org/fhir/R4/datatypes.html#string), as `\p{Cc}` without tab and line ends. */
const control = /[^\P{Cc}\t\n\r]/u;

/** What a definition says of itself and no operation asks. */
const unasked = /^(ValueSet|CodeSystem|ConceptMap|Parameters\.parameter\[\d+\]\.resource)\.(status|content)$/;

/** A body is read as its types say, so it must have their shape; a definition that is only asked about need not be ready to be stored. */
function checkShape(body: Resource): void {
  const issues = validateResource(body).filter(({ severity, code, expression }) => severity === 'error' && ['structure', 'required', 'value'].includes(code) && !unasked.test(expression));
  if (issues.length > 0) throw new Problem('terminology.bad-body', {}, issues);
}

export function bad(name: string, given: string, expected: string): Problem {
  const shown = (text: string) => text.slice(0, 200).replace(/\p{Cc}/gu, '\uFFFD');
  return new Problem('terminology.bad-parameter', { name: shown(name), given: shown(given), expected });
}
