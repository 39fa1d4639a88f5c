import { kindOf, membersOf, model } from '../model.ts';
import type { Path } from '../parse-path.ts';
import { referredType } from '../path.ts';
import { booleanBranch, gather, type Branch, type Environment } from './branch.ts';
import { Node, valueOf, type Item } from './items.ts';

/** Types that are a kind of another one (http://hl7.org/fhir/R4/datatypes.html). */
const kinds: Readonly<Record<string, readonly string[]>> = {
  uri: ['url', 'canonical', 'oid', 'uuid'],
  string: ['code', 'id', 'markdown'],
  integer: ['positiveInt', 'unsignedInt'],
  Quantity: ['Age', 'Count', 'Distance', 'Duration', 'MoneyQuantity', 'SimpleQuantity'],
};

/** Whether a type is the named one or derived from it. `Boolean` and the like are the types of FHIRPath itself, which FHIR's primitives stand for. */
export function isKind(type: string, named: string): boolean {
  let wanted = named.replace(/^(?:FHIR|System)\./, '');
  if (!model().types[wanted]) wanted = wanted[0]!.toLowerCase() + wanted.slice(1);
  if (type === wanted || kinds[wanted]?.includes(type)) return true;
  const kind = kindOf(type);
  if (wanted === 'Resource') return kind === 'resource';
  if (wanted === 'DomainResource') return kind === 'resource' && membersOf(type).has('contained');
  return wanted === 'Element' ? kind !== 'resource' : wanted === 'BackboneElement' && membersOf(type).has('modifierExtension') && kind !== 'resource';
}

export function ofType(branches: readonly Branch[], type: string): Branch[] {
  return branches.flatMap((branch): Branch[] => {
    if (branch.type !== '*') return isKind(branch.type, type) ? [branch] : [];
    const { run } = branch;
    const only = (item: Item, environment: Environment) => run(item, environment).filter((one) => isKind((one as Node).type, type));
    const wanted = type.replace(/^FHIR\./, '');
    if (!model().types[wanted] || ['Resource', 'DomainResource', 'Element', 'BackboneElement'].includes(wanted)) return [{ type: '*', run: only }];
    return [{ type: wanted, run: (item, environment) => only(item, environment).map((one) => ((one as Node).beside ? one : valueOf(one))) }];
  });
}

export function isType(path: Path, branches: readonly Branch[], type: string): Branch {
  // the type of a reference stands in its text, even where what it leads to is not here
  if (path.kind === 'call' && path.name === 'resolve' && branches[0]?.chain === undefined) {
    const run = gather(branches);
    const text = resolvedFrom.get(branches[0]!);
    return booleanBranch((item, environment) => {
      const found = run(item, environment);
      if (found.length > 0) return found.length === 1 ? isKind((found[0] as Node).type, type) : undefined;
      const references = text?.(item, environment) ?? [];
      const referred = references.length === 1 ? referredType(valueOf(references[0])) : undefined;
      return referred === undefined ? undefined : isKind(referred, type);
    });
  }
  return booleanBranch((item, environment) => {
    let count = 0;
    let answer = false;
    for (const branch of branches) {
      for (const one of branch.run(item, environment)) {
        count++;
        answer = isKind(branch.type === '*' || one instanceof Node ? (one as Node).type : branch.type, type);
      }
    }
    return count === 1 ? answer : undefined;
  });
}

/** What `resolve()` was asked of, by its branch. */
export const resolvedFrom = new WeakMap<Branch, Branch['run']>();
