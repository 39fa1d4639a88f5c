import type { Draft } from './draft.ts';

/** What was typed at the desk and goes into the new card: kept in memory, since names and numbers never stand in an address. */
let handed: { draft: Partial<Draft>; scanned: boolean } | undefined;

export function handOver(draft: Partial<Draft>, scanned = false): void {
  handed = { draft, scanned };
}

/** What was handed; it stays until `endHandOver`, since a first state may be computed twice. */
export function takeOver(): { draft: Partial<Draft>; scanned: boolean } {
  return handed ?? { draft: {}, scanned: false };
}

export function endHandOver(): void {
  handed = undefined;
}
