import type { Change } from '../store/types.ts';
import { relationTypes } from './care-relations.ts';
import type { Entrance } from './entrance.ts';

/** The feed gives each listener the same objects: one reading of a change serves all of them. */
const settled = new WeakMap<Change, Promise<void>>();

/** Told of what any process wrote, so that records open and close at once. Resolves when the next question of access knows. */
export async function relationChanged(entrance: Entrance, changes: readonly Change[]): Promise<void> {
  const told = changes.filter((change) => relationTypes.has(change.type));
  const fresh = told.filter((change) => !settled.has(change));
  if (fresh.length > 0) {
    const work = entrance.relations.changed(fresh, entrance.clock.now());
    for (const change of fresh) settled.set(change, work);
  }
  await Promise.all(told.map((change) => settled.get(change) ?? Promise.resolve()));
}
