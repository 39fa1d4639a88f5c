import { keepingOf, resourceTypes, standardParams } from '../fhir/index.ts';
import { leadsTo } from './row.ts';
import type { TokenHasher } from './token-hash.ts';

const known = new Map<string, readonly { type: string; param: string }[]>();

/**
 * Tokens of whatever refers to a resource, `Type/id`: those of the parameters that may lead to its type, and the one of references that no
 * parameter reads. Asked for when something is deleted, where many look-ups cost less than a token of every reference in every row.
 */
export function referrerTokens(hasher: TokenHasher, target: string): bigint[] {
  const named = target.slice(0, target.indexOf('/'));
  let params = known.get(named);
  if (!params) known.set(named, (params = paramsTo(named)));
  return [hasher.token('', '', 'any-reference', target), ...params.map(({ type, param }) => hasher.token(type, param, 'reference', target))];
}

function paramsTo(named: string): { type: string; param: string }[] {
  return resourceTypes.flatMap((type) =>
    (standardParams(type) ?? []).filter((param) => param.type === 'reference' && keepingOf(type, param.name).sources[0] === param.name && leadsTo(type, param.name, `${named}/`)).map((param) => ({ type, param: param.name })),
  );
}
