import { Problem } from '../kernel/problem.ts';
import { runBatch } from './batch.ts';
import { bundleText } from './bundle-text.ts';
import { readEntries } from './bundle-entry.ts';
import { entryTexts } from './entry-texts.ts';
import type { Interaction } from './call.ts';
import { parseResource } from './parse-body.ts';
import { runTransaction } from './transaction.ts';

/** `POST` to the base: http://hl7.org/fhir/R4/http.html#transaction */
export const bundle: Interaction = async (base, ctx, call) => {
  const resource = call.resource();
  if (resource.resourceType !== 'Bundle') throw new Problem('rest.type-mismatch', { expected: 'Bundle', given: resource.resourceType.slice(0, 64) });
  const { type } = resource as { type?: unknown };
  if (type !== 'batch' && type !== 'transaction') throw new Problem('rest.bundle-type', { type: typeof type === 'string' ? type.slice(0, 40) : '' });
  // An answer of 3 MB for a Bundle of 3 MB serves nobody who did not ask for it.
  const defaults = { url: base.url, prefer: call.prefer ?? 'return=minimal', ...(call.text === undefined ? {} : { texts: entryTexts(call.text) }) };
  const first = readEntries(resource, defaults);
  if (type === 'batch') return { status: 200, body: bundleText('batch-response', {}, await runBatch(base, ctx, call, first)) };
  let fresh: typeof first | undefined = first;
  const read = () => {
    const entries = fresh ?? readEntries(parseResource(call.text ?? ''), defaults);
    fresh = undefined;
    return entries;
  };
  return { status: 200, body: bundleText('transaction-response', {}, await runTransaction(base, ctx, call, read)) };
};
