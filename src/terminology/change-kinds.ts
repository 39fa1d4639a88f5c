/** In what way a row of a dictionary differs between two versions; in the order in which people read of it. */
export const changeKinds = ['added', 'removed', 'renamed', 'closed', 'reopened'] as const;
export type ChangeKind = (typeof changeKinds)[number];
