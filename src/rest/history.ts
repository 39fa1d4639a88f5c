import { Problem } from '../kernel/problem.ts';
import type { Stored } from '../store/types.ts';
import type { Interaction } from './call.ts';
import { checkId, checkType, versionPath } from './address.ts';
import { bundleText, type Link } from './bundle-text.ts';
import { etag } from './headers.ts';
import { statusText } from './status-text.ts';

const usualCount = 50;
const mostCount = 1000;

/** Instance, type and system history, newest first: http://hl7.org/fhir/R4/http.html#history */
export const history: Interaction = async (base, ctx, call) => {
  const path = call.path.slice(0, -1);
  const of = { ...(path[0] === undefined ? {} : { type: checkType(path[0]) }), ...(path[1] === undefined ? {} : { id: checkId(path[1]) }) };
  const query = new URLSearchParams(call.query);
  const count = countOf(query.get('_count'));
  const since = sinceOf(query.get('_since'));
  const before = query.get('_before') ?? undefined;
  const page = await ctx.store.history(of, { count, ...(before === undefined ? {} : { before }), ...(since === undefined ? {} : { since }) });

  const address = [base.url, ...path, '_history'].join('/');
  const asked = new URLSearchParams({ _count: String(count), ...(since === undefined ? {} : { _since: since.toISOString() }) });
  const at = (cursor: string | undefined) => `${address}?${new URLSearchParams([...asked, ...(cursor === undefined ? [] : [['_before', cursor] as [string, string]])])}`;
  const links: Link[] = [{ relation: 'self', url: at(before) }];
  if (page.next !== undefined) links.push({ relation: 'next', url: at(page.next) });
  return { status: 200, body: bundleText('history', { links }, page.entries.map((stored) => historyEntryText(base.url, stored))) };
};

/** A version with the request that made it; a deletion carries no resource. */
function historyEntryText(url: string, stored: Stored): string {
  const method = stored.deleted ? 'DELETE' : stored.version === 1 ? 'POST' : 'PUT';
  const request = { method, url: method === 'POST' ? stored.type : `${stored.type}/${stored.id}` };
  const status = statusText(stored.deleted ? 204 : stored.version === 1 ? 201 : 200);
  const response = { status, location: versionPath(stored), etag: etag(stored.version), lastModified: stored.updated };
  const resource = stored.deleted ? '' : `"resource":${stored.content},`;
  return `{"fullUrl":"${url}/${stored.type}/${stored.id}",${resource}"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`;
}

function countOf(value: string | null): number {
  if (value === null) return usualCount;
  if (!/^\d{1,6}$/.test(value) || Number(value) === 0) throw new Problem('rest.bad-parameter', { name: '_count', value: value.slice(0, 40), expected: '1…1000' });
  return Math.min(Number(value), mostCount);
}

/** An instant; in a query an unencoded `+` of the zone arrives as a space. */
function sinceOf(value: string | null): Date | undefined {
  if (value === null) return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) ? Date.parse(value.replace(' ', '+')) : Number.NaN;
  if (Number.isNaN(time)) throw new Problem('rest.bad-parameter', { name: '_since', value: value.slice(0, 40), expected: '2026-01-31T10:00:00Z' });
  return new Date(time);
}
