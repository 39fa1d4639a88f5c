import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A request as bytes, made once: what the load generator itself costs must not hide what the server can do. */
export function requestBytes(url: string, method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): Buffer {
  const lines = Object.entries({ host: new URL(url).host, ...headers, ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * One kept-alive HTTP/1.1 connection with one request under way, over a bare socket: a tenth of what `node:http` costs a request. Reads
 * answers by Content-Length only, which is how Karta answers everything but streams.
 */
class Line {
  readonly #socket: Socket;
  #waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  #parts: Buffer[] = [];
  #have = 0;
  /** Length of the whole answer, once its head has come. */
  #need: number | undefined;
  #status = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(url: string): Promise<Line> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Line(socket);
  }

  ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#have += bytes.length;
    if (this.#need === undefined) {
      if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
      const end = this.#parts[0]!.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = this.#parts[0]!.toString('latin1', 0, end);
      this.#status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: *(\d+)/i.exec(head);
      if (!length && this.#status !== 204 && this.#status !== 304) return this.#waiting?.reject(new Error(`an answer without Content-Length: ${head.slice(0, 80)}`));
      this.#need = end + 4 + Number(length?.[1] ?? 0);
    }
    if (this.#have < this.#need) return;
    this.#parts = [];
    this.#have = 0;
    this.#need = undefined;
    this.#waiting!.resolve(this.#status);
  }
}

export interface Load {
  /** Answers a second. */
  rate: number;
  /** Milliseconds, in the order of their size. */
  spent: Float64Array;
}

/**
 * Asks over `width` connections at once for so many seconds, or `times` requests in all. Throws where an answer is no success.
 * What one request is to be is decided by its number.
 */
export async function load(url: string, width: number, until: { seconds: number } | { times: number }, request: (index: number) => Buffer): Promise<Load> {
  const lines = await Promise.all(Array.from({ length: width }, () => Line.open(url)));
  const spent: number[] = [];
  let index = 0;
  const begun = performance.now();
  const goesOn = 'times' in until ? () => index < until.times : () => performance.now() - begun < until.seconds * 1000;
  try {
    await Promise.all(lines.map(async (line) => {
      while (goesOn()) {
        const own = request(index++);
        const asked = performance.now();
        const status = await line.ask(own);
        if (status >= 300) throw new Error(`${own.toString('utf8', 0, 60).split('\r')[0]}: ${status}`);
        spent.push(performance.now() - asked);
      }
    }));
  } finally {
    for (const line of lines) line.close();
  }
  const seconds = (performance.now() - begun) / 1000;
  return { rate: spent.length / seconds, spent: Float64Array.from(spent).toSorted() };
}

/** The value below which this share of the sorted ones lies: `at(spent, 0.5)` is the median. */
export function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
