import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findSession, relationChanged, visibleChanges, type Caller, type Entrance } from '../access/index.ts';
import type { Tail } from '../events/index.ts';
import { Problem } from '../kernel/problem.ts';
import type { Change } from '../store/types.ts';
import { findCaller, noteRequest } from './open-visit.ts';
import { readCookie } from './session-cookie.ts';

/** The live end of the feed, as events has it. */
export type Feed = Pick<Tail, 'subscribe'>;

const heartbeatMilliseconds = 15_000;
/** Further streams of one account close the oldest: one for each browser is what screens open. */
const streamsOfAccount = 10;
/** A reader this far behind is told to read everything again. */
const longestBacklog = 1024 * 1024;

/** `GET /api/live`: server-sent events of *what changed*, filtered by the caller's access; never content. Also keeps access itself up to date. */
export async function mountLive(server: FastifyInstance, entrance: Entrance, feed: Feed, heartbeat = heartbeatMilliseconds): Promise<void> {
  const streams = new Map<string, Stream[]>();
  const failed = (error: unknown): void => entrance.log.warn({ name: (error as Error).name }, 'changed care relations could not be read');
  const relations = await feed.subscribe((changes) => void relationChanged(entrance, changes).catch(failed));
  server.addHook('preClose', async () => {
    if (relations !== 'too-old') relations.stop();
    for (const stream of [...streams.values()].flat()) stream.end();
  });
  server.get('/api/live', async (request, reply) => {
    const caller = await findCaller(entrance, request);
    // The answer leaves by another way than `onSend`, so its row is committed here.
    await noteRequest(entrance, request, 200);
    const own = streams.get(caller.account) ?? [];
    streams.set(caller.account, own);
    while (own.length >= streamsOfAccount) own[0]!.end();
    const stream = new Stream(entrance, request, reply, caller, feed, heartbeat, () => {
      const at = own.indexOf(stream);
      if (at >= 0) own.splice(at, 1);
      if (own.length === 0 && streams.get(caller.account) === own) streams.delete(caller.account);
    });
    own.push(stream);
    await stream.begin();
  });
}

class Stream {
  readonly #entrance: Entrance;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #caller: Caller;
  readonly #feed: Feed;
  readonly #beat: NodeJS.Timeout;
  readonly #ended: () => void;
  #leave: (() => void) | undefined;
  readonly #begun = Promise.withResolvers<void>();
  #told: Promise<void> = this.#begun.promise;
  #cursor = '';
  #over = false;

  constructor(entrance: Entrance, request: FastifyRequest, reply: FastifyReply, caller: Caller, feed: Feed, heartbeat: number, ended: () => void) {
    this.#entrance = entrance;
    this.#request = request;
    this.#reply = reply;
    this.#caller = caller;
    this.#feed = feed;
    this.#ended = ended;
    this.#beat = setInterval(() => void this.#check(), heartbeat);
    this.#beat.unref();
  }

  async begin(): Promise<void> {
    this.#reply.hijack();
    const { raw } = this.#reply;
    raw.on('close', () => this.end());
    raw.on('error', () => this.end());
    try {
      const last = this.#request.headers['last-event-id'];
      const from = typeof last === 'string' && last !== '' ? last : undefined;
      const asked = await this.#subscribe(from);
      const subscribed = asked === 'too-old' ? await this.#subscribe(undefined) : asked;
      if (subscribed === 'too-old') throw new Error('the present end of the feed is never too old');
      this.#leave = subscribed.stop;
      if (this.#over) subscribed.stop();
      // Heard first, answered after: who sees the line open may rely on hearing of everything from then on.
      this.#open(asked === 'too-old');
    } catch (error) {
      this.#entrance.log.warn({ request: this.#request.id, name: (error as Error).name }, 'a live stream could not be opened');
      raw.writeHead(503).end();
      this.end();
    }
  }

  #open(reload: boolean): void {
    if (this.#over) return;
    const { raw } = this.#reply;
    raw.writeHead(200, { ...(this.#reply.getHeaders() as Record<string, string>), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    raw.write(reload ? 'retry: 2000\n\nevent: reload\ndata: {"reload":true}\n\n' : 'retry: 2000\n\n');
    this.#begun.resolve();
  }

  /** A cursor that is none of ours is treated like one that is too old. */
  async #subscribe(cursor: string | undefined): ReturnType<Feed['subscribe']> {
    try {
      return await this.#feed.subscribe((changes) => this.#tell(changes), cursor);
    } catch (error) {
      if (cursor !== undefined && error instanceof Problem && error.code === 'events.bad-cursor') return 'too-old';
      throw error;
    }
  }

  /** In order, one batch after the other, however long the question of access takes. */
  #tell(changes: readonly Change[]): void {
    if (changes.length === 0 || this.#over) return;
    this.#told = this.#told.then(() => this.#send(changes)).catch(() => this.end());
  }

  async #send(changes: readonly Change[]): Promise<void> {
    await relationChanged(this.#entrance, changes);
    const visible = await visibleChanges(this.#entrance, this.#caller, changes);
    if (this.#over) return;
    this.#cursor = changes.at(-1)!.cursor;
    const { raw } = this.#reply;
    if (raw.writableLength > longestBacklog) {
      raw.write(`event: reload\nid: ${this.#cursor}\ndata: {"reload":true}\n\n`);
      this.end();
      return;
    }
    let text = '';
    for (const { cursor, type, id, version, outcome, patient } of visible) text += `event: change\nid: ${cursor}\ndata: ${JSON.stringify({ cursor, type, id, version, outcome, patient })}\n\n`;
    if (text) raw.write(text);
  }

  /** A heartbeat moves the reader's cursor on, and ends the stream with the session. */
  async #check(): Promise<void> {
    const cookie = readCookie(this.#request, this.#entrance.url);
    if (this.#caller.by === 'cookie' && (cookie === undefined || !(await findSession(this.#entrance, cookie, true).catch(() => this.#caller)))) this.end();
    if (!this.#over && this.#reply.raw.headersSent) this.#reply.raw.write(this.#cursor ? `id: ${this.#cursor}\n\n` : ': still here\n\n');
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#beat);
    this.#leave?.();
    this.#ended();
    const { raw } = this.#reply;
    // A stream that ended leaves no connection open that a closing server would wait for.
    raw.end(() => raw.socket?.destroySoon());
  }
}
