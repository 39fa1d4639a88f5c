import type { Change } from '../store/types.ts';
import type { Entrance } from './entrance.ts';

/** To be called by the events' feed with what any process wrote, so that records open and close at once. */
export function relationChanged(entrance: Entrance, changes: readonly Change[]): Promise<void> {
  return entrance.relations.changed(changes, entrance.clock.now());
}
