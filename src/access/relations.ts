import type { Resource } from '@medplum/fhirtypes';
import type { Access, Scope, Store } from '../store/types.ts';
import type { Sql } from '../db/types.ts';
import { relationIn, relationSources, relationTypes, type RelationKind, type RelationSource } from './care-relations.ts';
import type { Actor } from './context.ts';
import { policies, type OpenRecords } from './policies.ts';

/** Why a record is open to a member of staff. */
export interface Relation {
  kind: RelationKind;
  level: 'care' | 'overseen';
  patient: string;
  /** The resource that it comes from, e.g. `Appointment/…`; of break-glass its own id. */
  source: string;
  at: string | undefined;
  /** Break-glass only: when it ends. */
  until?: Date;
}

interface Known {
  relations: Map<string, Relation[]>;
  colleagues: readonly string[];
  /** References by which a resource concerns this person: himself, his post, his clinic, its posts. */
  marks: ReadonlySet<string>;
  computed: number;
  /** Patients whose relations changed since: recomputed one by one at the next question. */
  dirty: Set<string>;
  /** The access value of these relations: the same object as long as nothing changes, so that the store may keep what it compiled. */
  access: Access | undefined;
  /** When the first break-glass in it ends. */
  ends: number;
}

/** Windows of days slide while a process runs: everything is computed anew after this long. */
const keepMilliseconds = 5 * 60_000;
/** From so many changed patients on one full computation is cheaper. */
const manyDirty = 25;
const pageSize = 1000;
const linkPiece = 100;

const systemAccess: Access = { name: 'access', rules: [{ types: 'all', patients: 'all', write: false }] };

/** Care relations of all who are signed in, computed from the store and kept until something about them changes. */
export class Relations {
  readonly #store: Store;
  readonly #sql: Sql;
  readonly #known = new Map<string, Promise<Known>>();

  constructor(store: Store, sql: Sql) {
    this.#store = store;
    this.#sql = sql;
  }

  /** What this person may see and change now. */
  async accessOf(actor: Actor, now: Date): Promise<Access> {
    const known = await this.#of(actor, now);
    if (!known.access || known.ends <= now.getTime()) {
      const all = [...known.relations.values()].flat().filter((relation) => !relation.until || relation.until > now);
      const care = new Set(all.filter((relation) => relation.level === 'care').map((relation) => relation.patient));
      const overseen = new Set(all.filter((relation) => relation.level === 'overseen' && !care.has(relation.patient)).map((relation) => relation.patient));
      const open: OpenRecords = { care: [...care], overseen: [...overseen] };
      known.access = { name: actor.role, rules: policies[actor.role](actor, open) };
      known.ends = Math.min(...all.flatMap((relation) => (relation.until ? [relation.until.getTime()] : [])), Number.POSITIVE_INFINITY);
    }
    return known.access;
  }

  /** Why the record of this patient is open to this person; empty where it is closed. */
  async between(actor: Actor, patient: string, now: Date): Promise<Relation[]> {
    return ((await this.#of(actor, now)).relations.get(patient) ?? []).filter((relation) => !relation.until || relation.until > now);
  }

  /** Break-glass in force, by patient, without computing anything new. */
  async brokenGlass(actor: Actor, now: Date): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const known = await this.#known.get(keyOf(actor));
    for (const list of known?.relations.values() ?? []) {
      for (const relation of list) if (relation.kind === 'break-glass' && relation.until! > now) found.set(relation.patient, relation.source);
    }
    return found;
  }

  /**
   * To be told of every change of a type in `relationTypes`: at once by the process that wrote, and by the events' feed for what other
   * processes wrote (there without content, which is read here once). Only people whom the resource concerns ask anew.
   */
  async changed(changes: readonly { type: string; id: string; content?: string }[], now: Date): Promise<void> {
    const told = changes.filter((change) => relationTypes.has(change.type));
    if (told.length === 0 || this.#known.size === 0) return;
    const unread = told.filter((change) => change.content === undefined).map((change) => `${change.type}/${change.id}`);
    const read = unread.length > 0 ? await this.#store.readMany(systemScope(now), unread) : [];
    const texts = new Map(read.map((stored) => [`${stored.type}/${stored.id}`, stored.content]));
    for (const change of told) {
      const source = `${change.type}/${change.id}`;
      const text = change.content ?? texts.get(source) ?? '';
      const named = new Set([...text.matchAll(/"reference"\s*:\s*"([^"]+)"/g)].map((match) => match[1]!));
      const patients = text ? relationIn(JSON.parse(text) as Resource).patients : change.type === 'Patient' ? [change.id] : [];
      for (const pending of this.#known.values()) void pending.then((known) => markDirty(known, { source, named, patients }), () => undefined);
    }
  }

  /** Forgets one person: his role or post has changed, or he has opened a record by break-glass. */
  forget(actor: Pick<Actor, 'reference' | 'role'>): void {
    for (const key of this.#known.keys()) if (key.startsWith(`${actor.reference} ${actor.role} `)) this.#known.delete(key);
  }

  async #of(actor: Actor, now: Date): Promise<Known> {
    const key = keyOf(actor);
    const pending = this.#known.get(key);
    if (pending) {
      const known = await pending;
      const age = now.getTime() - known.computed;
      if (age >= 0 && age < keepMilliseconds && known.dirty.size < manyDirty) {
        if (known.dirty.size > 0) await this.#mend(known, actor, now);
        return known;
      }
      // Someone else may have begun the new computation while this one waited.
      const newer = this.#known.get(key);
      if (newer && newer !== pending) return newer;
    }
    const computing = this.#compute(actor, now);
    this.#known.set(key, computing);
    computing.catch(() => this.#known.get(key) === computing && this.#known.delete(key));
    if (this.#known.size > 5000) this.#known.delete(this.#known.keys().next().value!);
    return computing;
  }

  async #compute(actor: Actor, now: Date): Promise<Known> {
    const colleagues = await this.#colleagues(actor, now);
    const found = await this.#find(actor, now, colleagues, undefined);
    const marks = new Set([actor.reference, actor.practitionerRole, actor.organization, ...colleagues].filter((reference) => reference !== undefined));
    return { relations: grouped(found), colleagues, marks, computed: now.getTime(), dirty: new Set(), access: undefined, ends: Number.POSITIVE_INFINITY };
  }

  async #mend(known: Known, actor: Actor, now: Date): Promise<void> {
    const patients = [...known.dirty];
    known.dirty.clear();
    try {
      for (const patient of patients) {
        const found = grouped(await this.#find(actor, now, known.colleagues, patient)).get(patient);
        if (found) known.relations.set(patient, found);
        else known.relations.delete(patient);
      }
    } catch (error) {
      for (const patient of patients) known.dirty.add(patient);
      throw error;
    }
    known.access = undefined;
  }

  async #colleagues(actor: Actor, now: Date): Promise<string[]> {
    const needed = relationSources[actor.role].some((source) => source.kind === 'clinic-booking');
    if (!needed || !actor.organization) return [];
    return (await this.#all(now, 'PractitionerRole', `organization=${actor.organization}`)).map((role) => `PractitionerRole/${role.id}`);
  }

  async #find(actor: Actor, now: Date, colleagues: readonly string[], patient: string | undefined): Promise<Relation[]> {
    const asked = relationSources[actor.role].flatMap((source) => source.queries(actor, now, colleagues).map((query) => ({ source, query })));
    // The people whom a merged card belongs to share one record: a relation to either card opens both.
    const cards: (string | undefined)[] = patient === undefined ? [undefined] : [patient, ...(await this.#linked([patient], now))];
    const found = (
      await Promise.all(asked.flatMap(({ source, query }) => cards.map(async (card) => (await this.#all(now, source.type, narrowed(source, query, card))).flatMap((resource) => relations(source, resource)))))
    ).flat();
    found.push(...(await this.#glass(actor, now)));
    const expanded = [...found];
    const direct = [...new Set(found.map((relation) => relation.patient))].filter((id) => patient === undefined || cards.includes(id));
    for (const { from, to } of await this.#links(direct, now)) {
      for (const relation of found.filter((one) => one.patient === from)) expanded.push({ ...relation, kind: relation.kind === 'break-glass' ? 'break-glass' : 'merged', patient: to });
    }
    return expanded;
  }

  async #glass(actor: Actor, now: Date): Promise<Relation[]> {
    const rows = await this.#sql.query<{ id: string; patient: string; opened: Date; until: Date }>('select id, patient, opened, until from break_glass where actor = $1 and until > $2', [actor.reference, now]);
    return rows.map((row) => ({ kind: 'break-glass', level: 'care', patient: row.patient, source: row.id, at: new Date(row.opened).toISOString(), until: new Date(row.until) }));
  }

  async #linked(patients: readonly string[], now: Date): Promise<string[]> {
    return (await this.#links(patients, now)).map((link) => link.to);
  }

  /** Patient.link (http://hl7.org/fhir/R4/patient.html#maplinks): merging writes it on both cards, un-merging removes it from both. */
  async #links(patients: readonly string[], now: Date): Promise<{ from: string; to: string }[]> {
    const found: { from: string; to: string }[] = [];
    const own = new Set(patients);
    for (let at = 0; at < patients.length; at += linkPiece) {
      const piece = patients.slice(at, at + linkPiece);
      const pointing = await this.#all(now, 'Patient', `link=${piece.map((id) => `Patient/${id}`).join(',')}`);
      for (const resource of pointing) {
        if (resource.resourceType !== 'Patient' || !resource.id) continue;
        for (const link of resource.link ?? []) {
          const from = link.other.reference?.slice('Patient/'.length);
          if (link.type === 'seealso' || !from || !own.has(from)) continue;
          found.push({ from, to: resource.id }, { from: resource.id, to: from });
        }
      }
    }
    return found;
  }

  async #all(now: Date, type: string, query: string): Promise<Resource[]> {
    const found: Resource[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.search(systemScope(now), type, `${query}&_count=${pageSize}${cursor ? `&_cursor=${encodeURIComponent(cursor)}` : ''}`);
      for (const match of page.matches) found.push(JSON.parse(match.content) as Resource);
      cursor = page.next;
    } while (cursor);
    return found;
  }
}

function systemScope(now: Date): Scope {
  return { access: systemAccess, actor: 'Device/karta', now };
}

/** A change concerns a person who is named in it, whose relation came from it, or one of whose patients it is or links to. */
function markDirty(known: Known, change: { source: string; named: ReadonlySet<string>; patients: readonly string[] }): void {
  for (const [patient, list] of known.relations) if (list.some((relation) => relation.source === change.source)) known.dirty.add(patient);
  const linked = change.source.startsWith('Patient/') ? [...change.named].flatMap((reference) => (reference.startsWith('Patient/') ? [reference.slice('Patient/'.length)] : [])) : [];
  for (const patient of linked) if (known.relations.has(patient)) known.dirty.add(patient);
  const names = [...change.named].some((reference) => known.marks.has(reference));
  for (const patient of change.patients) if (names || (change.source.startsWith('Patient/') && known.relations.has(patient))) for (const one of [patient, ...linked]) known.dirty.add(one);
}

function keyOf(actor: Actor): string {
  return `${actor.reference} ${actor.role} ${actor.practitionerRole ?? ''} ${actor.organization ?? ''} ${(actor.patients ?? []).join(',')}`;
}

function narrowed(source: RelationSource, query: string, patient: string | undefined): string {
  if (patient === undefined) return query;
  return `${query}&${source.narrow === '_id' ? `_id=${patient}` : `patient=Patient/${patient}`}`;
}

function relations(source: RelationSource, resource: Resource): Relation[] {
  const { patients, at } = relationIn(resource);
  return patients.map((patient) => ({ kind: source.kind, level: source.level, patient, source: `${resource.resourceType}/${resource.id}`, at }));
}

function grouped(found: readonly Relation[]): Map<string, Relation[]> {
  const groups = new Map<string, Relation[]>();
  for (const relation of found) {
    const group = groups.get(relation.patient);
    if (group) group.push(relation);
    else groups.set(relation.patient, [relation]);
  }
  return groups;
}
