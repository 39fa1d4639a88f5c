import type { List } from '@medplum/fhirtypes';
import type { Ctx } from '../access/context.ts';
import { parseDateRange } from '../fhir/index.ts';
import { shardInId } from '../kernel/id.ts';
import { Problem } from '../kernel/problem.ts';
import type { HistoryPage, Stored } from '../store/types.ts';
import type { Interaction } from './call.ts';
import { checkId, checkType, versionPath } from './address.ts';
import { bundleText, type Link } from './bundle-text.ts';
import { etag, isLenient } from './headers.ts';
import { shapeOf, type Shape } from './shape.ts';
import { statusText } from './status-text.ts';

const usualCount = 50;
const mostCount = 1000;

/** `_at`, `_since`, `_count`, `_list`: http://hl7.org/fhir/R4/http.html#history; `_sort` as R5 has it; `_before` is our cursor. */
const known = new Set(['_count', '_since', '_at', '_list', '_sort', '_before', '_summary', '_elements', '_format', '_pretty', '_total']);

/** Instance, type and system history, newest first: http://hl7.org/fhir/R4/http.html#history */
export const history: Interaction = async (base, ctx, call) => {
  const path = call.path.slice(0, -1);
  const of = { ...(path[0] === undefined ? {} : { type: checkType(path[0]) }), ...(path[1] === undefined ? {} : { id: checkId(path[1]) }) };
  const query = new URLSearchParams(call.query);
  if (!isLenient(call.prefer)) for (const name of query.keys()) if (!known.has(name)) throw new Problem('rest.bad-parameter', { name: name.slice(0, 40), value: query.get(name)!.slice(0, 40), expected: [...known].filter((one) => one !== '_before').join(', ') });
  const shape = shapeOf(call.query);
  const asked = await pageOf(ctx, query);
  const page = await ctx.store.history(of, asked);

  const address = [base.url, ...path, '_history'].join('/');
  const criteria = new URLSearchParams([['_count', String(asked.count)], ...[...query].filter(([name, value]) => name !== '_count' && name !== '_before' && known.has(name) && value !== '')]);
  const at = (cursor: string | undefined) => `${address}?${new URLSearchParams([...criteria, ...(cursor === undefined ? [] : [['_before', cursor] as [string, string]])])}`;
  const links: Link[] = [{ relation: 'self', url: at(asked.before) }];
  if (page.next !== undefined) links.push({ relation: 'next', url: at(page.next) });
  const total = asked.before === undefined && page.next === undefined ? page.entries.length : undefined;
  return { status: 200, body: bundleText('history', { total, links }, page.entries.map((stored) => historyEntryText(base.url, stored, shape))) };
};

async function pageOf(ctx: Ctx, query: URLSearchParams): Promise<HistoryPage> {
  const [before, since, current, list] = [query.get('_before') ?? undefined, sinceOf(query.get('_since')), periodOf(query.getAll('_at')), query.get('_list')];
  return {
    count: countOf(query.get('_count')),
    oldestFirst: isOldestFirst(query.get('_sort')),
    ...(before !== undefined && { before }),
    ...(since && { since }),
    ...(current && { current }),
    ...(list !== null && { among: await listed(ctx, list) }),
  };
}

/** A version with the request that made it; a deletion carries no resource. */
function historyEntryText(url: string, stored: Stored, shape: Shape | undefined): string {
  const first = stored.version === 1;
  // An id that Karta did not give came with an update (http://hl7.org/fhir/R4/http.html#upsert).
  const method = stored.deleted ? 'DELETE' : first && shardInId(stored.id) !== undefined ? 'POST' : 'PUT';
  const request = { method, url: method === 'POST' ? stored.type : `${stored.type}/${stored.id}` };
  const status = statusText(stored.deleted ? 204 : first ? 201 : 200);
  const response = { status, location: versionPath(stored), etag: etag(stored.version), lastModified: stored.updated };
  const resource = stored.deleted ? '' : `"resource":${shape ? shape(stored.content) : stored.content},`;
  return `{"fullUrl":"${url}/${stored.type}/${stored.id}",${resource}"request":${JSON.stringify(request)},"response":${JSON.stringify(response)}}`;
}

function countOf(value: string | null): number {
  if (value === null) return usualCount;
  if (!/^\d{1,6}$/.test(value) || Number(value) === 0) throw new Problem('rest.bad-parameter', { name: '_count', value: value.slice(0, 40), expected: '1…1000' });
  return Math.min(Number(value), mostCount);
}

/** An instant; in a query an unencoded `+` of the zone arrives as a space. A date is its beginning. */
function sinceOf(value: string | null): Date | undefined {
  if (value === null) return undefined;
  const { low } = parseDateRange(value.replace(' ', '+'));
  if (!Number.isFinite(low)) throw new Problem('rest.bad-parameter', { name: '_since', value: value.slice(0, 40), expected: '2026-01-31T10:00:00Z' });
  return new Date(low);
}

/** Of one `_at` the period that the date means, of several what they share; prefixes as in a search by date. */
function periodOf(values: readonly string[]): { from: number; to: number } | undefined {
  if (values.length === 0) return undefined;
  const period = { from: -Infinity, to: Infinity };
  for (const value of values) {
    const [, prefix = 'eq', date = ''] = /^(eq|gt|lt|ge|le|sa|eb)?(.*)$/.exec(value.replace(' ', '+'))!;
    const { low, high } = parseDateRange(date);
    if (!Number.isFinite(low) || !Number.isFinite(high)) throw new Problem('rest.bad-parameter', { name: '_at', value: value.slice(0, 40), expected: '2026-01-31, 2026-01-31T10:00:00Z' });
    const from = { eq: low, ge: low, gt: high + 1, sa: high + 1 }[prefix] ?? -Infinity;
    const to = { eq: high, le: high, lt: low - 1, eb: low - 1 }[prefix] ?? Infinity;
    period.from = Math.max(period.from, from);
    period.to = Math.min(period.to, to);
  }
  return period;
}

function isOldestFirst(value: string | null): boolean {
  if (value === null || value === '-_lastUpdated' || value === 'none') return false;
  if (value === '_lastUpdated') return true;
  throw new Problem('rest.bad-parameter', { name: '_sort', value: value.slice(0, 40), expected: '_lastUpdated, -_lastUpdated' });
}

/** What a List names, as far as it stands here. Refuses a List that there is not. */
async function listed(ctx: Ctx, id: string): Promise<string[]> {
  const { entry = [] } = JSON.parse((await ctx.store.read('List', checkId(id))).content) as List;
  return entry.flatMap(({ item }) => /^([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/\d+)?$/.exec(item?.reference ?? '')?.[1] ?? []);
}
