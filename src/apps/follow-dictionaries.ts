import type { Tail } from '../events/index.ts';
import { log } from '../kernel/log.ts';
import type { Terminology } from '../terminology/open-terminology.ts';

/** A dictionary that another process imports is looked up here as soon as the feed tells of its CodeSystem. */
export async function followDictionaries(terminology: Terminology, tail: Tail): Promise<void> {
  const refresh = () => terminology.refresh().catch((error: unknown) => log.warn({ name: (error as Error).name }, 'imported dictionaries could not be read again; the next one brings them'));
  await tail.subscribe((changes) => {
    if (changes.some(({ type }) => type === 'CodeSystem')) void refresh();
  });
  // what came in between the first reading and the subscription
  await refresh();
}
