import { compile } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';

type Compiled = ReturnType<typeof compile>;

const compiled = new Map<string, Compiled>();

/**
 * Evaluates an expression that came with data (a questionnaire's), by the general FHIRPath library: search and validation have their own
 * compiled functions. Dates and quantities come back as text. Throws what the library throws where the expression is wrong. The library
 * leaves hidden marks on the objects it finds, so give it copies.
 */
export function evaluateExpression(expression: string, focus: unknown, variables: Readonly<Record<string, unknown>>): unknown[] {
  let run = compiled.get(expression);
  if (!run) {
    run = compile(expression, r4, { resolveInternalTypes: true });
    if (compiled.size > 2000) compiled.clear();
    compiled.set(expression, run);
  }
  return run(focus, variables);
}

/**
 * Tells the library what element an object below a resource is, so that `value` finds `valueDecimal`: it looks for this mark, and one of its own
 * making could not be set anew.
 */
export function markElement<T extends object>(object: T, path: string): T {
  return Object.defineProperty(object, '__path__', { value: path, configurable: true });
}
