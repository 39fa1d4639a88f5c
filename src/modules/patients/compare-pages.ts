import type { TitlePage } from './contract.ts';

/** Two people changed one card: what each changed, laid side by side. Pure. */

export type PageField = keyof TitlePage;

export interface Clash {
  field: PageField;
  mine: unknown;
  theirs: unknown;
}

const alike = (a: unknown, b: unknown) => JSON.stringify(sorted(a ?? null)) === JSON.stringify(sorted(b ?? null));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
  return value;
}

/**
 * `base` is the page both began with. Fields that only one has changed are joined; fields that both changed to different things are
 * clashes, for which `joined` keeps what stands in the card now.
 */
export function comparePages(base: TitlePage, mine: TitlePage, theirs: TitlePage): { joined: TitlePage; clashes: Clash[] } {
  const fields = [...new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])] as PageField[];
  const clashes: Clash[] = [];
  const joined: Record<string, unknown> = { ...theirs };
  for (const field of fields) {
    if (alike(mine[field], base[field]) || alike(mine[field], theirs[field])) continue;
    if (!alike(theirs[field], base[field])) clashes.push({ field, mine: mine[field], theirs: theirs[field] });
    else if (mine[field] === undefined) delete joined[field];
    else joined[field] = mine[field];
  }
  return { joined: joined as TitlePage, clashes };
}
