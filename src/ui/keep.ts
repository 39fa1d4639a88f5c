/**
 * What this browser remembers of a person's wishes (language, theme, density). Nothing clinical is ever kept here.
 * Storage may be refused (private windows): then the wish lasts until the page is left.
 */
export function readKept(key: string): string | undefined {
  try {
    return globalThis.localStorage?.getItem(`karta-${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(key: string, value: string): void {
  try {
    globalThis.localStorage?.setItem(`karta-${key}`, value);
  } catch {
    // Refused storage is not worth a word to the user.
  }
}
