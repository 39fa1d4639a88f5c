import type { SearchResult } from '../store/types.ts';
import { checkId, checkType, withoutGeneral } from './address.ts';
import { bundleText, searchEntryText, type Link } from './bundle-text.ts';
import type { Answer, Base, Interaction } from './call.ts';
import { compartmentQuery } from './compartment-query.ts';

/** Type-level search by GET and `POST _search`: http://hl7.org/fhir/R4/http.html#search */
export const search: Interaction = async (base, ctx, call) => {
  const type = checkType(call.path[0]!);
  return answerSearch(base, type, await ctx.store.search(type, withoutGeneral(call.query)));
};

/** `/Patient/{id}/{Type}`: http://hl7.org/fhir/R4/compartmentdefinition.html */
export const searchCompartment: Interaction = async (base, ctx, call) => {
  const id = checkId(call.path[1]!);
  const type = checkType(call.path[2]!);
  // Refused as absent where the caller may not see the patient, so that an empty list never stands for a closed door.
  await ctx.store.read('Patient', id);
  const query = [compartmentQuery(type, id), withoutGeneral(call.query)].filter((part) => part !== '').join('&');
  return answerSearch(base, type, await ctx.store.search(type, query));
};

function answerSearch(base: Base, type: string, result: SearchResult): Answer {
  const address = `${base.url}/${type}`;
  const links: Link[] = [{ relation: 'self', url: result.self === '' ? address : `${address}?${result.self}` }];
  if (result.next !== undefined) links.push({ relation: 'next', url: `${address}?${[result.self, `_cursor=${encodeURIComponent(result.next)}`].filter((part) => part !== '').join('&')}` });
  const entries = [...result.matches.map((stored) => searchEntryText(base.url, stored, 'match')), ...result.included.map((stored) => searchEntryText(base.url, stored, 'include'))];
  return { status: 200, body: bundleText('searchset', { total: result.total, links }, entries) };
}
