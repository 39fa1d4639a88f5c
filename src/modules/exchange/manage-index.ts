import { resourceTypes } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import type { StoreIndex } from '../../store/index-set.ts';

/** Extracts the rows of these types anew. Refuses `exchange.bad-parameter`. */
export async function renewIndex(index: StoreIndex, types: readonly string[]): Promise<{ generation: number }> {
  const strange = types.find((type) => !resourceTypes.includes(type));
  if (strange !== undefined) throw new Problem('exchange.bad-parameter', { name: 'types', value: strange, expected: 'Patient, Observation …' });
  return { generation: await index.renew(types) };
}

/** Holds the bringing up of rows, or lets it go on. Refuses `exchange.index-complete`. */
export async function holdIndex(index: StoreIndex, generation: number, paused: boolean): Promise<void> {
  if (!(await index.hold(generation, paused))) throw new Problem('exchange.index-complete');
}
