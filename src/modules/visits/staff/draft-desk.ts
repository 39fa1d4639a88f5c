import { isPassing, newKey, refusalOf, type AutosaveState, type Refusal } from '../../../ui/index.ts';
import type { ChangesAnswer, Conflict, Field, FieldValue, Missing, SaveAnswer, SaveFields, VisitAnswer } from '../contract.ts';
import { isEmpty, sameValue } from '../rules.ts';
import type { DeviceStore } from './device-store.ts';

/** A field as this window has it. */
export interface DeskField extends Omit<Field, 'author'> {
  author: { reference: string; name: string } | undefined;
  /** Typed here and not yet on the server. */
  dirty: boolean;
}

export interface DeskState {
  fields: ReadonlyMap<string, DeskField>;
  conflicts: readonly Conflict[];
  missing: readonly Missing[];
  version: number;
  state: 'open' | 'signed' | 'discarded';
  document: string | undefined;
  autosave: AutosaveState;
  /** Values that the server did not take, with its sentence. */
  refused: ReadonlyMap<string, string>;
}

/** The two ways to the server that the desk needs. */
export interface DeskLine {
  save(input: SaveFields): Promise<SaveAnswer>;
  changes(since: number, signal: AbortSignal): Promise<ChangesAnswer>;
}

const quiet = 400;

/**
 * The draft in this window: shows every key press at once, keeps it on the device, sends what changed and takes what others write.
 * Nothing that comes in touches a field that is in use or not yet sent.
 */
export class DraftDesk {
  readonly editor = newKey();
  #state: DeskState;
  readonly #me: { reference: string; name: string };
  readonly #line: DeskLine;
  #device: DeviceStore | undefined;
  readonly #listeners = new Set<() => void>();
  #sequence = 0;
  #focus: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;
  #wait = 0;
  /** What the server has for fields in use here: shown when they are left. */
  readonly #held = new Map<string, Field>();
  readonly #resolves = new Set<string>();
  #ended = new AbortController();

  constructor(visit: VisitAnswer, me: { reference: string; name: string }, line: DeskLine) {
    this.#me = me;
    this.#line = line;
    const { draft } = visit;
    this.#state = {
      fields: new Map(draft.fields.map((field) => [field.linkId, { ...field, dirty: false }])),
      conflicts: draft.conflicts, missing: draft.missing, version: draft.version, state: draft.state, document: draft.document,
      autosave: { kind: 'nothing' }, refused: new Map(),
    };
  }

  getState = (): DeskState => this.#state;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins to listen to the others, and takes up what a killed window has left on this device. */
  start(device: Promise<DeviceStore>): void {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    void this.#listen(signal);
    void device.then(async (opened) => {
      if (signal.aborted) return opened.close();
      this.#device = opened;
      for (const [linkId, field] of this.#state.fields) if (field.dirty) this.#keep(linkId, field);
      await this.#takeUp(opened);
    });
    addEventListener('online', this.#again);
    addEventListener('pagehide', this.#again);
  }

  end(): void {
    void this.flush();
    this.#ended.abort();
    removeEventListener('online', this.#again);
    removeEventListener('pagehide', this.#again);
    const device = this.#device;
    void (this.#sending ?? Promise.resolve()).then(() => device?.close());
  }

  readonly #again = (): void => void this.flush();

  value(linkId: string): FieldValue | null {
    return this.#state.fields.get(linkId)?.value ?? null;
  }

  /** A key press in a field, a choice, a line taken away (null). `decides`: the person has seen both values of a conflict. */
  type(linkId: string, value: FieldValue | null, { decides = false }: { decides?: boolean } = {}): void {
    if (this.#state.state !== 'open') return;
    const known = this.#state.fields.get(linkId);
    if (!decides && known && sameValue(known.value, value) && !known.unconfirmed) return;
    if (decides) this.#resolves.add(linkId);
    const { source: _, ...rest } = known ?? { linkId, revision: 0 };
    this.#set(linkId, { ...rest, value: isEmpty(value) ? null : value, author: this.#me, at: new Date().toISOString(), unconfirmed: false, dirty: true });
    this.#keep(linkId, this.#state.fields.get(linkId)!);
    const refused = new Map(this.#state.refused);
    refused.delete(linkId);
    this.#renew({ refused });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), quiet);
  }

  enter(linkId: string): void {
    this.#focus = linkId;
  }

  /** The field is left: what was typed goes at once, what others wrote there meanwhile is shown. */
  leave(linkId: string): void {
    if (this.#focus === linkId) this.#focus = undefined;
    void this.flush();
    this.#showHeld(linkId);
  }

  #showHeld(linkId: string): void {
    const held = this.#held.get(linkId);
    if (!held || this.#state.fields.get(linkId)?.dirty) return;
    this.#held.delete(linkId);
    this.#set(linkId, { ...held, dirty: false });
  }

  /** Sends all that is not yet on the server; ends when it is there, or when the line is away. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#sending) await this.#sending;
    const dirty = [...this.#state.fields.values()].filter((field) => field.dirty && !this.#state.refused.has(field.linkId));
    if (dirty.length === 0) return;
    this.#sending = this.#send(dirty).finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  /** All is on the server: the version may be signed. */
  get settled(): boolean {
    return ![...this.#state.fields.values()].some((field) => field.dirty);
  }

  async #send(dirty: readonly DeskField[]): Promise<void> {
    this.#sequence = Math.max(this.#sequence + 1, Date.now());
    const sequence = this.#sequence;
    const last = this.#state.autosave;
    const at = last.kind === 'saved' || last.kind === 'saving' ? last.at : undefined;
    this.#renew({ autosave: { kind: 'saving', ...(at ? { at } : {}) } });
    const sent = dirty.map(({ linkId, value, revision }) => ({ linkId, value, baseRevision: revision, ...(this.#resolves.has(linkId) ? { resolves: true } : {}) }));
    try {
      const answer = await this.#line.save({ editor: this.editor, sequence, fields: sent });
      this.#wait = 0;
      this.#saved(sent, sequence, answer);
    } catch (error) {
      await this.#notSaved(refusalOf(error), dirty);
    }
  }

  #saved(sent: SaveFields['fields'], sequence: number, answer: SaveAnswer): void {
    const fields = new Map(this.#state.fields);
    for (const { linkId, value } of sent) {
      const mine = fields.get(linkId)!;
      const outcome = answer.outcomes.find((each) => each.linkId === linkId);
      const theirs = answer.fields.find((each) => each.linkId === linkId);
      if (outcome?.outcome === 'conflict' && theirs) this.#held.set(linkId, theirs);
      const changedSince = !sameValue(mine.value, value);
      if (!changedSince) this.#resolves.delete(linkId);
      fields.set(linkId, { ...mine, ...(theirs && sameValue(theirs.value, mine.value) ? theirs : {}), revision: outcome?.outcome === 'conflict' ? mine.revision : (outcome?.revision ?? mine.revision), dirty: changedSince });
      if (!changedSince) this.#device?.drop(linkId, sequence);
    }
    const dirty = [...fields.values()].some((field) => field.dirty);
    this.#renew({ fields, autosave: { kind: 'saved', at: new Date(answer.savedAt) } });
    this.#take({ ...answer, state: 'open' }, new Set(sent.map((each) => each.linkId)));
    for (const { linkId } of sent) if (this.#focus !== linkId) this.leave(linkId);
    if (dirty) this.#timer = setTimeout(() => void this.flush(), quiet);
  }

  async #notSaved(refusal: Refusal, dirty: readonly DeskField[]): Promise<void> {
    if (isPassing(refusal) || refusal.status === 401) {
      // the words are on the device; they go when the line is back
      this.#renew({ autosave: { kind: 'here', at: new Date() } });
      this.#wait = Math.min(Math.max(1000, this.#wait * 2), 20_000);
      if (!this.#ended.signal.aborted) this.#timer = setTimeout(() => void this.flush(), this.#wait);
      return;
    }
    if (dirty.length > 1) {
      // one wrong value must not hold up the others
      for (const field of dirty) await this.#send([field]);
      return;
    }
    const refused = new Map(this.#state.refused);
    for (const { linkId } of dirty) refused.set(linkId, refusal.sentence);
    this.#renew({ refused, autosave: { kind: 'failed', refusal } });
  }

  /** What others wrote, or what came back from an act of ours. */
  take(answer: ChangesAnswer): void {
    this.#take(answer, new Set());
  }

  #take(answer: Pick<ChangesAnswer, 'version' | 'fields' | 'missing' | 'state'> & { conflicts?: readonly Conflict[]; document?: string }, sent: ReadonlySet<string>): void {
    if (answer.version < this.#state.version) return;
    const fields = new Map(this.#state.fields);
    for (const field of answer.fields) {
      const mine = fields.get(field.linkId);
      if (sent.has(field.linkId) || (mine && mine.revision >= field.revision && !this.#held.has(field.linkId))) continue;
      if (mine?.dirty || this.#focus === field.linkId) {
        if (mine && sameValue(mine.value, field.value)) fields.set(field.linkId, { ...field, dirty: mine.dirty });
        else this.#held.set(field.linkId, field);
      } else {
        fields.set(field.linkId, { ...field, dirty: false });
        this.#held.delete(field.linkId);
      }
    }
    this.#renew({
      fields, version: answer.version, missing: answer.missing, state: answer.state,
      ...(answer.conflicts ? { conflicts: answer.conflicts } : {}), ...(answer.document ? { document: answer.document } : {}),
    });
  }

  async #listen(signal: AbortSignal): Promise<void> {
    let wait = 500;
    while (!signal.aborted && this.#state.state === 'open') {
      try {
        this.take(await this.#line.changes(this.#state.version, signal));
        wait = 500;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(wait * 2, 10_000);
      }
    }
  }

  /** Words of a window that died: sent under its own name, so that they never meet themselves as a conflict. */
  async #takeUp(device: DeviceStore): Promise<void> {
    for (const [editor, left] of await device.left()) {
      for (const { linkId, value, baseRevision, sequence } of left) {
        try {
          const answer = await this.#line.save({ editor, sequence: sequence + 1, fields: [{ linkId, value, baseRevision }] });
          this.#take({ ...answer, state: 'open' }, new Set());
          this.#showHeld(linkId);
        } catch (error) {
          // what the server will never take is not kept for ever; what it cannot take now stays for the next time
          if (isPassing(refusalOf(error))) return;
        }
      }
      await device.forget(editor);
    }
  }

  #keep(linkId: string, { value, revision }: DeskField): void {
    this.#sequence = Math.max(this.#sequence + 1, Date.now());
    this.#device?.keep({ linkId, value, baseRevision: revision, sequence: this.#sequence });
  }

  #set(linkId: string, field: DeskField): void {
    this.#renew({ fields: new Map(this.#state.fields).set(linkId, field) });
  }

  #renew(changes: Partial<DeskState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener();
  }
}
