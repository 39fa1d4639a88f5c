import { validateResource } from '../../src/fhir/index.ts';
import { refereeFaults } from '../structure-referee.ts';
import { breakStructure } from './break-structure.ts';
import { refusedBeyondR4, unnoticedBreaches } from './invalid-examples.ts';

type Pick = <T>(list: readonly T[]) => T;

export interface BreachComparison {
  /** Undefined: both refuse it, Karta at the very place. */
  difference: string | undefined;
  explained: (typeof unnoticedBreaches)[number] | undefined;
}

/** Breaks one rule of structure in a valid resource and asks both validators; undefined where it has no place for this breach. */
export function compareBreach(text: string, how: string, pick: Pick): BreachComparison | undefined {
  const broken = breakStructure(JSON.parse(text) as Record<string, unknown>, how, pick);
  if (!broken) return undefined;
  const own = validateResource(broken.resource);
  const told = own.map(({ expression, rule }) => `${rule} ${expression}`).join(', ') || 'nothing';
  if (!own.some(({ expression }) => broken.at.includes(expression))) return { difference: `${how} at ${broken.at[0]} (${broken.of}): Karta tells ${told}`, explained: undefined };
  if (refereeFaults(broken.resource).length > 0) return { difference: undefined, explained: undefined };
  const type = broken.of.split(' ').at(-1)!;
  const explained = unnoticedBreaches.find((one) => one.how === how && (one.type?.test(type) ?? true));
  return { difference: explained ? undefined : `${how} at ${broken.at[0]} (${broken.of}): Karta tells ${told}, the library nothing`, explained };
}

/** What the general library refuses and Karta takes; undefined where there is nothing that the list does not explain. `met` collects what it explained. */
export function overlooked(resource: object, met = new Set<unknown>()): string | undefined {
  if (validateResource(resource).length > 0) return undefined;
  const theirs = refereeFaults(resource).filter((one) => {
    const explained = refusedBeyondR4.find(({ fault }) => fault.test(one));
    if (explained) met.add(explained);
    return !explained;
  });
  return theirs.length > 0 ? `the library tells ${theirs.slice(0, 3).join(', ')}` : undefined;
}
