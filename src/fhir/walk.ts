import type { Issue } from '../kernel/problem.ts';
import type { Words } from './fault-words.ts';
import type { Environment } from './fhirpath/branch.ts';
import { resolveWithin, type AroundBundle } from './resolve-within.ts';

/** The way to the value that is being checked; paths are only put together when something is wrong. */
export interface Walk {
  root: string;
  way: (string | number)[];
  issues: Issue[];
  /** Faults of shape so far: rules are not asked of what has the wrong shape. */
  misshapen: number;
  invariants: boolean;
  warnings: boolean;
  environment: Environment;
  /** The Bundles around the place, the nearest last. */
  bundles: AroundBundle[];
  /** The extensions met, with their places; absent where nobody will check them. */
  extensions?: { way: readonly (string | number)[]; value: Record<string, unknown> }[];
  /** Codes met where the definition wants those of an extensible set; absent where nobody will check them. */
  advised?: { way: readonly (string | number)[]; value: unknown; type: string; valueSet: string }[];
  /** The ids of the elements of the resource met so far. */
  ids: Set<string> | undefined;
  /** How many profiles are being tried within one another. */
  trials: number;
}

/** After so many the rest is not looked for: a person mends the first ones and asks again. */
const mostIssues = 100;

export function startWalk(resource: unknown, invariants: boolean, warnings: boolean): Walk {
  const walk: Walk = {
    root: 'Resource',
    way: [],
    issues: [],
    misshapen: 0,
    invariants,
    warnings,
    environment: { resource, rootResource: resource, context: undefined, resolve: (reference) => resolveWithin(reference, walk.environment.rootResource, walk.bundles), spent: 0 },
    bundles: [],
    ids: undefined,
    trials: 0,
  };
  return walk;
}

/** Tells of a fault at the place where the walk is, or of one below it. `words` is asked only while there is room for the issue. */
export function tell(walk: Walk, issue: { severity: Issue['severity']; code: string; rule: string }, below: string | undefined, words: (expression: string) => Words): void {
  // what is only advised must not hide what is wrong
  const spare = walk.issues.length < mostIssues ? -1 : issue.severity === 'error' ? walk.issues.findLastIndex(({ severity }) => severity !== 'error') : -2;
  if (walk.issues.length >= mostIssues && spare < 0) return;
  let expression = walk.root;
  for (const step of walk.way) expression += typeof step === 'number' ? `[${step}]` : `.${step}`;
  if (below) expression += `.${below}`;
  // the same profile may be asked by several ways: an extension by the element that names it, and by itself
  if (issue.rule.includes('#') && walk.issues.some((told) => told.rule === issue.rule && told.expression === expression)) return;
  if (spare >= 0) walk.issues.splice(spare, 1);
  const { en, ru } = words(expression);
  walk.issues.push({ severity: issue.severity, code: issue.code, expression, diagnostics: en, rule: issue.rule, ru });
}

/** A name that FHIRPath would not read as one stands between back quotes (http://hl7.org/fhirpath/N1/#identifiers). */
export function delimited(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !/^(?:and|as|contains|div|false|in|implies|is|mod|or|true|xor)$/.test(name) ? name : `\`${name.slice(0, 60).replaceAll('`', "'")}\``;
}

/** How a member is named in a path: `name`, `value.ofType(Quantity)`. */
export function labelOf(element: { name: string; choice: boolean }, type: string): string {
  return element.choice ? `${element.name}.ofType(${type})` : delimited(element.name);
}

