import { z } from 'zod';
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { resourceTypes } from '../../../fhir/index.ts';
import { Problem } from '../../../kernel/problem.ts';
import { allowedAddress } from '../../../kernel/reach-out.ts';
import { checkDepth } from '../../../rest/index.ts';

/** What an import was asked for: files by address in their order, or one upload that lies in the job itself. */
export interface ImportAsked {
  source?: string;
  inputs: readonly { type?: string; url: string }[];
}

const manifest = z.object({
  inputFormat: z.string(),
  inputSource: z.string().max(2000).optional(),
  input: z.array(z.object({ type: z.string().optional(), url: z.string().max(4000) })).min(1).max(1000),
});

/**
 * Reads an import manifest: the JSON of the Bulk Import proposal (https://github.com/smart-on-fhir/bulk-import), or the same as a Parameters resource.
 * Refuses addresses that the operator has not allowed before anything is asked of them.
 */
export function readManifest(text: string, allowed: readonly string[]): ImportAsked {
  checkDepth(text);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Problem('exchange.manifest', { reason: 'JSON' });
  }
  if ((given as { resourceType?: unknown } | null)?.resourceType === 'Parameters') given = fromParameters(given as Parameters);
  const parsed = manifest.safeParse(given);
  if (!parsed.success) throw new Problem('exchange.manifest', { reason: parsed.error.issues.map(({ path, message }) => `${path.join('.').slice(0, 80)}: ${message}`).slice(0, 5).join('; ') });
  const { inputFormat, inputSource, input } = parsed.data;
  if (!/^application\/(fhir\+)?ndjson$/.test(inputFormat)) throw new Problem('exchange.manifest', { reason: 'inputFormat: application/fhir+ndjson' });
  for (const [number, { type, url }] of input.entries()) {
    if (type !== undefined && !resourceTypes.includes(type)) throw new Problem('exchange.manifest', { reason: `input[${number}].type` });
    const address = allowedAddress(url, allowed);
    if (!(address instanceof URL)) throw new Problem('exchange.address', { number, reason: address });
  }
  return { ...(inputSource === undefined ? {} : { source: inputSource }), inputs: input.map(({ type, url }) => ({ ...(type === undefined ? {} : { type }), url })) };
}

function fromParameters({ parameter = [] }: Parameters): unknown {
  const value = (one: ParametersParameter | undefined): string | undefined => one?.valueCode ?? one?.valueString ?? one?.valueUri ?? one?.valueUrl;
  const named = (list: readonly ParametersParameter[], name: string) => value(list.find((one) => one.name === name));
  return {
    inputFormat: named(parameter, 'inputFormat'),
    inputSource: named(parameter, 'inputSource'),
    input: parameter.filter(({ name }) => name === 'input').map(({ part = [] }) => ({ type: named(part, 'type') ?? named(part, 'resourceType'), url: named(part, 'url') })),
  };
}
