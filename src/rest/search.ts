import type { OperationOutcome } from '@medplum/fhirtypes';
import type { Ctx } from '../access/context.ts';
import { compartmentParams, compartmentTypes } from '../fhir/index.ts';
import { Problem, problemText, type Language } from '../kernel/problem.ts';
import type { SearchOptions, SearchResult } from '../store/types.ts';
import { checkId, checkType, withoutGeneral } from './address.ts';
import { bundleText, searchEntryText, type Link } from './bundle-text.ts';
import type { Answer, Base, Call, Interaction } from './call.ts';
import { isLenient } from './headers.ts';
import { problemSystem } from './outcome.ts';

/** Search of a type by GET and `POST _search`: http://hl7.org/fhir/R4/http.html#search */
export const search: Interaction = (base, ctx, call) => {
  const type = checkType(call.path[0]!);
  return answerSearch(base, ctx, call, type, type, {});
};

/** `/?_type=…` and `POST /_search`: every type, by what they have in common. */
export const searchSystem: Interaction = (base, ctx, call) => answerSearch(base, ctx, call, undefined, '', {});

/** `/Patient/{id}/{Type}`, `/Patient/{id}/*`, `POST /Patient/{id}/_search` and the other compartments: http://hl7.org/fhir/R4/compartmentdefinition.html */
export const searchCompartment: Interaction = async (base, ctx, call) => {
  const [owner = '', id = '', which = ''] = call.path;
  const type = which === '*' || which === '_search' ? undefined : checkType(which);
  if (type !== undefined && compartmentParams(owner, type).length === 0) throw new Problem('rest.not-a-compartment', { type, owner });
  // Refused as absent where the caller may not see the owner, so that an empty list never stands for a closed door.
  await ctx.store.read(owner, checkId(id));
  return answerSearch(base, ctx, call, type, `${owner}/${id}/${which === '_search' ? '*' : which}`, { compartment: { owner, id } });
};

export function isCompartment(type: string): boolean {
  return compartmentTypes.includes(type);
}

async function answerSearch(base: Base, ctx: Ctx, call: Call, type: string | undefined, path: string, options: SearchOptions): Promise<Answer> {
  const handling = isLenient(call.prefer) ? 'lenient' : 'strict';
  // what was sent in a body was not to stand in a URL: the link to the next page seals it
  const result = await ctx.store.search(type, withoutGeneral(call.query), { ...options, handling, base: base.url, sealed: call.method === 'POST' });
  const address = path === '' ? base.url : `${base.url}/${path}`;
  const entries = [...result.matches.map((stored) => searchEntryText(base.url, stored, 'match')), ...result.included.map((stored) => searchEntryText(base.url, stored, 'include'))];
  if (result.ignored.length > 0) entries.push(JSON.stringify({ resource: ignoredOutcome(result, ctx.language), search: { mode: 'outcome' } }));
  return { status: 200, body: bundleText('searchset', { total: result.total, links: linksOf(address, result) }, entries) };
}

function linksOf(address: string, { self, next }: SearchResult): Link[] {
  const links: Link[] = [{ relation: 'self', url: self === '' ? address : `${address}?${self}` }];
  if (next === undefined) return links;
  const criteria = new URLSearchParams(next.startsWith('s.') ? '' : self);
  criteria.set('_cursor', next);
  return [...links, { relation: 'next', url: `${address}?${criteria.toString()}` }];
}

/** What a lenient search left out (http://hl7.org/fhir/R4/search.html#errors): the self link goes without it, this says why. */
function ignoredOutcome({ ignored }: SearchResult, language: Language): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: ignored.map(({ problem }) => ({
      severity: 'warning',
      code: 'not-supported',
      details: { coding: [{ system: problemSystem, code: problem.code }], text: problemText(problem.code, problem.details, language) },
    })),
  };
}
