import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { log } from '../kernel/log.ts';

type Heard = (payload: string) => void;

/**
 * LISTEN on a connection of its own, made with the first channel and made again when it is lost. What was said meanwhile is
 * gone, so after a reconnection everybody is called once with an empty payload: look for yourselves.
 */
export class Listener {
  readonly #config: pg.ClientConfig;
  readonly #channels = new Map<string, Set<Heard>>();
  #client: Promise<pg.Client> | undefined;
  #ended = false;

  constructor(config: pg.ClientConfig) {
    this.#config = { ...config, application_name: 'karta listener' };
  }

  async listen(channel: string, heard: Heard): Promise<() => Promise<void>> {
    const listeners = this.#channels.get(channel) ?? new Set();
    listeners.add(heard);
    this.#channels.set(channel, listeners);
    const client = await (this.#client ??= this.#open());
    if (listeners.size === 1) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    return async () => {
      listeners.delete(heard);
      if (listeners.size > 0 || this.#ended) return;
      this.#channels.delete(channel);
      await (await this.#client)?.query(`unlisten ${client.escapeIdentifier(channel)}`).catch(() => undefined);
    };
  }

  async end(): Promise<void> {
    this.#ended = true;
    const client = await this.#client?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  async #open(): Promise<pg.Client> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 5000)) {
      const client = new pg.Client(this.#config);
      client.on('error', () => undefined);
      client.on('notification', ({ channel, payload }) => {
        for (const heard of this.#channels.get(channel) ?? []) heard(payload ?? '');
      });
      try {
        await client.connect();
        for (const channel of this.#channels.keys()) await client.query(`listen ${client.escapeIdentifier(channel)}`);
        client.once('end', () => this.#lost());
        return client;
      } catch (error) {
        client.end().catch(() => undefined);
        if (this.#ended) throw error;
        log.warn({ reason: (error as Error).message }, 'listening waits for the database');
        await sleep(wait, undefined, { ref: false });
      }
    }
  }

  #lost(): void {
    if (this.#ended) return;
    this.#client = this.#open();
    this.#client.then(
      () => {
        for (const listeners of this.#channels.values()) for (const heard of listeners) heard('');
      },
      () => undefined,
    );
  }
}
