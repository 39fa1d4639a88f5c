import { endOfString, skipSpace } from '../fhir/index.ts';

/** Members of all objects in a parsed text. Of two members of one name the parser has kept the last, so there are fewer than the text has. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) for (const item of value) count += countMembers(item);
  else for (const name in value) count += 1 + countMembers((value as Record<string, unknown>)[name]);
  return count;
}

/**
 * The first name that an object in the text has twice, and the place of the second. `text` must be valid JSON. Names of an object are unique
 * (http://hl7.org/fhir/R4/json.html): of two the one program would read the first, the other the last, and both would be right.
 */
export function repeatedName(text: string): { name: string; at: number } | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const mark = text[at];
    if (mark === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names && text[skipSpace(text, end)] === ':') {
        const name = JSON.parse(text.slice(at, end)) as string;
        if (names.has(name)) return { name, at };
        names.add(name);
      }
      at = end;
      continue;
    }
    if (mark === '{') open.push(new Set());
    else if (mark === '[') open.push(undefined);
    else if (mark === '}' || mark === ']') open.pop();
    at++;
  }
  return undefined;
}
