import type { Ctx } from '../access/context.ts';
import type { Base, Call } from './call.ts';
import type { Entry } from './bundle-entry.ts';
import { refusedEntryText, responseEntryText } from './entry-response.ts';
import { route } from './route.ts';

/**
 * Each entry alone, in the order given (http://hl7.org/fhir/R4/http.html#brules allows any): one refusal never touches a neighbour.
 * Neighbouring reads run side by side, changes one after the other.
 */
export async function runBatch(base: Base, ctx: Ctx, call: Call, entries: readonly Entry[]): Promise<string[]> {
  const texts: string[] = [];
  for (let start = 0; start < entries.length; ) {
    let end = start + 1;
    if (entries[start]!.call.method === 'GET') while (end < entries.length && end - start < 8 && entries[end]!.call.method === 'GET') end++;
    texts.push(...(await Promise.all(entries.slice(start, end).map((entry) => runEntry(base, ctx, withKey(entry, call), entry.bodiless)))));
    start = end;
  }
  return texts;
}

/** Runs one entry as if it had come by HTTP. */
export async function runEntry(base: Base, ctx: Ctx, call: Call, bodiless = false): Promise<string> {
  try {
    return responseEntryText(base, await route(base, call)(base, ctx, call), bodiless);
  } catch (error) {
    return refusedEntryText(ctx, error);
  }
}

/** A repeated batch answers each change again under a key of its own. */
function withKey(entry: Entry, outer: Call): Call {
  return outer.idempotencyKey === undefined ? entry.call : { ...entry.call, idempotencyKey: `${outer.idempotencyKey}#${entry.index}` };
}
