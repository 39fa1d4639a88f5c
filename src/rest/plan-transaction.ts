import type { Resource } from '@medplum/fhirtypes';
import { linkPlaces, rewriteLinks } from '../fhir/index.ts';
import { newId, shardOf } from '../kernel/id.ts';
import { categories, Problem, problemDefinition, type Issue } from '../kernel/problem.ts';
import type { WriteOperation } from '../store/types.ts';
import { checkId, checkType, withoutGeneral } from './address.ts';
import { issuesInEntry, type Entry } from './bundle-entry.ts';
import type { Base } from './call.ts';
import { conditionOf } from './create.ts';
import { findReferences, type Found } from './find-references.ts';
import { versionOf } from './headers.ts';
import { oneMatch, patchOperation } from './patch.ts';
import { ownReference } from './own-references.ts';
import type { Change, Searcher } from './planned-change.ts';
import { route } from './route.ts';
import { rewriteText, type Replaced } from './entry-texts.ts';
import { checkTarget } from './update.ts';
import { yieldOften } from '../kernel/yield-often.ts';

export interface TransactionPlan {
  /** In the order in which they are to be written. */
  changes: { entry: Entry; operation: WriteOperation }[];
  reads: Entry[];
  /** What conditions and patches found; the same again after a refusal means that no other writer came between. Empty where there are none. */
  found: string;
}

export interface PlanOptions {
  /** References that find nothing: they refuse the transaction unless allowed, as import does. */
  unresolved?: 'allow';
}

const order = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2 };

/**
 * From entries to operations of the store (http://hl7.org/fhir/R4/http.html#trules): conditions are looked up, every new resource
 * gets its id, and references to entries are rewritten to where the entries will stand. Nothing is written here.
 */
export async function planTransaction(base: Base, ctx: Searcher, entries: readonly Entry[], options: PlanOptions = {}): Promise<TransactionPlan> {
  const lenient = options.unresolved === 'allow';
  const changes: Change[] = [];
  const reads: Entry[] = [];
  for (const entry of entries) {
    const change = named(entry, () => toChange(base, entry));
    if (change) changes.push(change.method === 'PATCH' ? await makePatch(ctx, change) : change);
    else reads.push(entry);
  }
  const pause = yieldOften();
  const issues: Issue[] = [];
  for (const { entry, method } of changes) {
    if (method === 'DELETE') continue;
    const found = ctx.store.profiles.validate(entry.resource!);
    issues.push(...issuesInEntry(entry.index, (found instanceof Promise ? await found : found).filter(({ severity }) => severity === 'error')));
    if (issues.length >= 100) break;
    await pause();
  }
  if (issues.length > 0) throw new Problem('store.invalid', {}, issues);

  for (const change of changes) if (change.method !== 'DELETE') change.links = linkPlaces(change.entry.resource!);
  for (const change of changes) if (change.condition !== undefined && (change.method === 'POST' || change.method === 'PUT')) change.id = await findByCondition(ctx, change);
  refuseDuplicates(changes);
  const conditional = await findReferences(ctx, changes, lenient);
  const found = whatWasFound(changes, conditional);
  const targets = giveIds(base, changes, conditional);
  const operations: TransactionPlan['changes'] = [];
  for (const change of changes.toSorted((a, b) => order[a.method] - order[b.method])) {
    operations.push({ entry: change.entry, operation: toOperation(base, change, targets, conditional, lenient) });
    await pause();
  }
  return { changes: operations, reads, found };
}

function whatWasFound(changes: readonly Change[], conditional: ReadonlyMap<string, Found>): string {
  const looked = changes.filter(({ condition, made }) => condition !== undefined || made !== undefined);
  if (looked.length === 0 && conditional.size === 0) return '';
  return JSON.stringify([looked.map(({ id, made }) => [id, made]), [...conditional].map(([reference, found]) => [reference, typeof found === 'string' ? found : null])]);
}

/** A patch as the update that it means at this moment; the store refuses it where another writer comes between. */
async function makePatch(ctx: Searcher, change: Change): Promise<Change> {
  const { entry, type, id, condition } = change;
  try {
    const stored = await oneMatch(ctx, type, condition ?? `_id=${id}`);
    const given = versionOf(entry.call.ifMatch, 'ifMatch');
    if (typeof given === 'number' && given !== stored.version) throw new Problem('store.stale', { reference: `${type}/${stored.id}`, current: stored.version, given });
    const { resource, text, ifMatch } = patchOperation(stored, entry.call);
    return { ...change, entry: { ...entry, resource, call: { ...entry.call, text } }, id: stored.id, made: ifMatch };
  } catch (error) {
    throw inEntry(entry, error instanceof Problem && error.code === 'rest.no-match' && id !== undefined ? new Problem('store.not-found', { reference: `${type}/${id}` }) : error);
  }
}

/** Says in which entry a refusal arose. */
function named<T>(entry: Entry, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inEntry(entry, error);
  }
}

/** The same refusal, which names the entry. */
export function inEntry(entry: Entry, error: unknown): unknown {
  if (!(error instanceof Problem) || error.issues.length > 0) return error;
  return new Problem(error.code, error.details, [{ severity: 'error', code: categories[problemDefinition(error.code).category].issue, expression: `Bundle.entry[${entry.index}]`, diagnostics: '' }]);
}

function toChange(base: Base, entry: Entry): Change | undefined {
  const { call, resource } = entry;
  route(base, call); // an address that means nothing is refused before anything is done
  const [type = '', id] = call.path;
  if (call.method === 'GET' || (call.method === 'POST' && id === '_search')) return undefined;
  if (id?.startsWith('$') || call.path.length > 2 || type.startsWith('$')) throw new Problem('rest.no-such-address', { method: call.method, path: call.path.join('/').slice(0, 120) });
  checkType(type);
  const { method } = call;
  if (method === 'POST') {
    checkTarget(resource!, type, undefined);
    return { entry, method, type, id: undefined, links: [], condition: conditionOf(call.ifNoneExist, type) };
  }
  const condition = id === undefined ? withoutGeneral(call.query) : undefined;
  if (condition === '') throw new Problem('rest.condition-needed', { method, type });
  if (method === 'PUT') checkTarget(resource!, type, id);
  return { entry, method, type, id: id === undefined ? undefined : checkId(id), condition, links: [] };
}

/** The one match of a conditional create or update. The store looks again, locked, when it writes. */
async function findByCondition(ctx: Searcher, { entry, type, condition }: Change): Promise<string | undefined> {
  const { matches } = await ctx.store.search(type, `${condition}&_count=2`);
  if (matches.length > 1) throw new Problem('rest.condition-matches', { condition: condition!.slice(0, 200), entry: entry.index }, [{ severity: 'error', code: 'multiple-matches', expression: `Bundle.entry[${entry.index}].request`, diagnostics: '' }]);
  return matches[0]?.id;
}

/** One resource, one change: overlapping identities refuse the transaction, as do equal conditions and equal fullUrls. */
function refuseDuplicates(changes: readonly Change[]): void {
  const seen = new Map<string, number>();
  const note = (identity: string, index: number) => {
    const first = seen.get(identity);
    if (first !== undefined) throw new Problem('rest.bundle-duplicate', { first, second: index, identity: identity.slice(0, 200) }, [{ severity: 'error', code: 'duplicate', expression: `Bundle.entry[${index}]`, diagnostics: '' }]);
    seen.set(identity, index);
  };
  for (const { entry, type, id, condition } of changes) {
    if (id !== undefined) note(`${type}/${id}`, entry.index);
    else if (condition !== undefined) note(`${type}?${condition}`, entry.index);
    if (entry.fullUrl !== undefined && entry.call.method !== 'DELETE') note(entry.fullUrl, entry.index);
  }
}

/** Gives each new resource its id, those of a patient in the patient's shard; answers where each fullUrl will stand. */
function giveIds(base: Base, changes: readonly Change[], conditional: ReadonlyMap<string, Found>): Map<string, string> {
  const targets = new Map<string, string>();
  const place = (change: Change) => {
    if (change.entry.fullUrl !== undefined) targets.set(change.entry.fullUrl, `${change.type}/${change.id}`);
  };
  const rest: Change[] = [];
  for (const change of changes) {
    if (change.method === 'DELETE') continue;
    if (change.id === undefined && change.type !== 'Patient') rest.push(change);
    else {
      // a resource of a conditional update may bring its own id
      change.id ??= (change.method === 'PUT' ? change.entry.resource!.id : undefined) ?? newId();
      place(change);
    }
  }
  for (const change of rest) {
    const patient = patientOf(change, (reference) => targets.get(absolute(reference, change.entry)) ?? placeOf(conditional.get(reference)) ?? ownReference(base.url, reference) ?? reference);
    change.id = (change.method === 'PUT' ? change.entry.resource!.id : undefined) ?? newId(patient === undefined ? undefined : shardOf(patient));
    place(change);
  }
  return targets;
}

function placeOf(found: Found | undefined): string | undefined {
  return typeof found === 'object' ? `${found.type}/${found.id}` : found;
}

/** Id of the patient whom a resource is about: its subject, else the first patient that it refers to. */
function patientOf({ entry, links }: Change, resolve: (reference: string) => string): string | undefined {
  const about = entry.resource as { subject?: { reference?: string }; patient?: { reference?: string }; beneficiary?: { reference?: string } };
  for (const direct of [about.subject?.reference, about.patient?.reference, about.beneficiary?.reference]) {
    const target = typeof direct === 'string' ? resolve(direct) : '';
    if (target.startsWith('Patient/')) return target.slice(8);
  }
  for (const { type, value } of links) {
    const target = type === 'Reference' ? resolve(value) : '';
    if (/^Patient\/[^/?]+$/.test(target)) return target.slice(8);
  }
  return undefined;
}

/** A relative reference counts from the base of its entry's fullUrl: http://hl7.org/fhir/R4/bundle.html#references */
function absolute(reference: string, { fullUrl }: Entry): string {
  if (fullUrl === undefined || !/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(reference)) return reference;
  const base = /^(https?:\/\/.*\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl)?.[1];
  return base === undefined ? reference : base + reference;
}

function toOperation(base: Base, change: Change, targets: ReadonlyMap<string, string>, conditional: ReadonlyMap<string, Found>, lenient: boolean): WriteOperation {
  const { entry, method, type, condition, links } = change;
  const ifMatch = change.made ?? versionOf(entry.call.ifMatch, 'ifMatch');
  if (method === 'DELETE') return condition === undefined ? { method: 'delete', type, id: change.id!, ...(ifMatch === undefined ? {} : { ifMatch }) } : { method: 'delete', type, where: condition, ...(ifMatch === undefined ? {} : { ifMatch }) };
  const map = (reference: string): string | undefined => targets.get(absolute(reference, entry)) ?? placeOf(conditional.get(reference)) ?? ownReference(base.url, reference);
  const replaced = new Map<string, Replaced>();
  rewriteLinks(links, (reference) => {
    const to = map(reference);
    if (to !== undefined) replaced.set(reference, { to, times: (replaced.get(reference)?.times ?? 0) + 1 });
    return to;
  });
  const resource = { ...entry.resource, id: change.id! } as Resource;
  const lost = links.find((link) => link.type === 'Reference' && /^urn:(uuid|oid):/.test(link.value))?.value;
  if (lost !== undefined && !lenient) {
    throw new Problem('rest.bundle-reference', { reference: lost.slice(0, 200), entry: entry.index }, [
      { severity: 'error', code: 'not-found', expression: `Bundle.entry[${entry.index}].resource`, diagnostics: '' },
    ]);
  }
  const text = entry.call.text === undefined ? undefined : rewriteText(entry.call.text, map, replaced);
  const written = text === undefined ? {} : { text };
  if (method === 'POST' || (method === 'PUT' && condition === undefined && entry.call.ifNoneMatch?.trim() === '*')) return { method: 'create', resource, ...written, keepId: true, ...(condition === undefined ? {} : { ifNoneExist: condition }) };
  return { method: 'update', resource, ...written, ...(ifMatch === undefined ? {} : { ifMatch }), ...(condition === undefined || method === 'PATCH' ? {} : { where: condition }) };
}
