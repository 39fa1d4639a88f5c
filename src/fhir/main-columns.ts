import { indexResource } from './index-resource.ts';
import { searchParams } from './search-params.ts';
import type { IndexEntry } from './types.ts';

const codeParams = ['code', 'vaccine-code', 'type'];
const dateParams =
  'authoredon authored-on authored onset-date birthdate whenhandedover effective-time effective started start start-date date recorded created sent collected period issued'.split(' ');

/** Names of the parameters that stand for a resource of the type in the store's columns: its main code and its main date. */
export function mainParams(type: string): { code?: string; date?: string } {
  const params = searchParams(type);
  const code = codeParams.find((name) => params.get(name)?.type === 'token');
  const date = dateParams.find((name) => params.get(name)?.type === 'date');
  return { ...(code && { code }), ...(date && { date }) };
}

type Resource = { resourceType: string };

/** The one coding that the main code has; undefined where it has none or several. `entries` spare indexing it again. */
export function mainCode(resource: Resource, entries: readonly IndexEntry[] = indexResource(resource)): { system?: string; code: string } | undefined {
  const { code: param } = mainParams(resource.resourceType);
  const codes = entries.filter((entry) => entry.kind === 'token' && entry.param === param && entry.code !== undefined) as (IndexEntry & { kind: 'token' })[];
  const [only] = codes;
  return codes.length === 1 && only?.code !== undefined ? { ...(only.system !== undefined && { system: only.system }), code: only.code } : undefined;
}

/** First and last instant of the main date, in epoch milliseconds; undefined where it has none or several. */
export function mainDate(resource: Resource, entries: readonly IndexEntry[] = indexResource(resource)): { low: number; high: number } | undefined {
  const { date: param } = mainParams(resource.resourceType);
  const [only, second] = entries.filter((entry) => entry.kind === 'date' && entry.param === param) as (IndexEntry & { kind: 'date' })[];
  return only && !second ? { low: only.low, high: only.high } : undefined;
}

/** `Observation.valueQuantity.value`. */
export function mainValue(resource: Resource): number | undefined {
  const { valueQuantity } = resource as { valueQuantity?: { value?: unknown } };
  return resource.resourceType === 'Observation' && typeof valueQuantity?.value === 'number' ? valueQuantity.value : undefined;
}
