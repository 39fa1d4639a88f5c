import { api } from '../../../ui/index.ts';
import type { FieldValue } from '../contract.ts';

/**
 * What is typed and not yet on the server, on this device: encrypted with a key that only the signed-in person gets from the server, so
 * that a killed browser loses nothing and a stolen disk tells nothing. Without WebCrypto (plain http) nothing is kept at all.
 */

export interface Pending {
  linkId: string;
  value: FieldValue | null;
  baseRevision: number;
  sequence: number;
}

export interface DeviceStore {
  keep(pending: Pending): void;
  drop(linkId: string, sequence: number): void;
  /** What windows that no longer live have left for this visit, by their editor. */
  left(): Promise<Map<string, Pending[]>>;
  forget(editor: string): Promise<void>;
  close(): void;
}

const nothing: DeviceStore = { keep: () => undefined, drop: () => undefined, left: async () => new Map(), forget: async () => undefined, close: () => undefined };

export async function openDeviceStore(person: string, encounter: string, editor: string): Promise<DeviceStore> {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return nothing;
  try {
    const { key } = await api.get<{ key: string }>('/visits/device-key');
    const bytes = Uint8Array.from(atob(key), (char) => char.charCodeAt(0));
    const secret = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
    return store(await openDatabase(), secret, `${person} ${encounter} `, editor);
  } catch {
    return nothing;
  }
}

function store(database: IDBDatabase, secret: CryptoKey, prefix: string, editor: string): DeviceStore {
  // one write after another: an older word never lands on a newer one
  let line: Promise<unknown> = Promise.resolve();
  const next = (work: () => Promise<unknown>) => {
    line = line.then(work).catch(() => undefined);
  };
  const place = (name: string, linkId: string) => `${prefix}${name} ${linkId}`;
  const release = holdLock(editor);
  const newest = new Map<string, number>();
  return {
    keep(pending) {
      newest.set(pending.linkId, pending.sequence);
      next(async () => {
        // a newer word is already behind it in the line
        if (newest.get(pending.linkId) !== pending.sequence) return;
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const key = place(editor, pending.linkId);
        const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(key) }, secret, new TextEncoder().encode(JSON.stringify(pending)));
        await inStore(database, 'readwrite', (objects) => objects.put({ iv, data }, key));
      });
    },
    drop(linkId, sequence) {
      if ((newest.get(linkId) ?? 0) > sequence) return;
      newest.delete(linkId);
      next(() => inStore(database, 'readwrite', (objects) => objects.delete(place(editor, linkId))));
    },
    async left() {
      const found = new Map<string, Pending[]>();
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const keys = (await inStore(database, 'readonly', (objects) => objects.getAllKeys(range))) as string[];
      for (const key of keys) {
        const name = key.slice(prefix.length).split(' ')[0]!;
        if (name === editor || !(await isDead(name))) continue;
        const kept = (await inStore(database, 'readonly', (objects) => objects.get(key))) as { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer } | undefined;
        const plain = kept && (await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv, additionalData: new TextEncoder().encode(key) }, secret, kept.data).catch(() => undefined));
        if (plain) found.set(name, [...(found.get(name) ?? []), JSON.parse(new TextDecoder().decode(plain)) as Pending]);
      }
      return found;
    },
    async forget(name) {
      await inStore(database, 'readwrite', (objects) => objects.delete(IDBKeyRange.bound(`${prefix}${name} `, `${prefix}${name} \uffff`)));
    },
    close: () => {
      release();
      void line.then(() => database.close());
    },
  };
}

/** Each living window holds a lock by its name; the browser frees it when the window dies, however it dies. */
function holdLock(editor: string): () => void {
  let release = (): void => undefined;
  void navigator.locks?.request(`karta-window-${editor}`, () => new Promise<void>((resolve) => {
    release = resolve;
  }));
  return () => release();
}

async function isDead(editor: string): Promise<boolean> {
  if (!navigator.locks) return true;
  return navigator.locks.request(`karta-window-${editor}`, { ifAvailable: true }, (lock) => lock !== null);
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('karta-drafts', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('pending');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function inStore<T>(database: IDBDatabase, mode: IDBTransactionMode, work: (objects: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('pending', mode, { durability: 'strict' });
    const request = work(transaction.objectStore('pending'));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}
