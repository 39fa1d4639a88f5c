import type { Ctx } from '../../access/context.ts';
import { asPatient, linksOf } from './person.ts';

/**
 * Ids of all cards of one person: the one in use first, then those merged into it. A card without links is a group of its own. Links are
 * followed on Karta's own behalf: what the caller may read of each card is his access's to say.
 */
export async function personGroup(ctx: Ctx, patient: string): Promise<string[]> {
  const store = ctx.asSystem().store;
  const known = new Map<string, { replacedBy: string[]; replaces: string[] }>();
  let wanted = [patient];
  while (wanted.length > 0) {
    for (const id of wanted) known.set(id, { replacedBy: [], replaces: [] });
    for (const stored of await store.readMany(wanted.map((id) => `Patient/${id}`))) known.set(stored.id, linksOf(asPatient(stored)));
    wanted = [...new Set([...known.values()].flatMap(({ replacedBy, replaces }) => [...replacedBy, ...replaces]))].filter((id) => !known.has(id));
  }
  return [...known].sort(([a, one], [b, two]) => one.replacedBy.length - two.replacedBy.length || (a < b ? -1 : 1)).map(([id]) => id);
}
