import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { requesterNow, type Caller, type Entrance } from '../../../access/index.ts';
import { Problem, type Language } from '../../../kernel/problem.ts';
import { allowedAddress, dropBody, reachOut, Unreachable } from '../../../kernel/reach-out.ts';
import { decodeText, outcomeOf, parseResource } from '../../../rest/index.ts';
import type { Access, Scope, WriteOperation } from '../../../store/types.ts';
import { moveJob, moveJobIn, readPiece, type BulkJob, type Lease, type Piece } from '../tables.ts';
import type { BulkOptions } from './bulk-options.ts';
import { linesOf } from './lines-of.ts';
import type { ImportAsked } from './read-manifest.ts';

/** How far an import is: the file, and the last of its lines that is done; and how many pieces the file of refusals has. */
export interface ImportPlace {
  input?: number;
  line?: number;
  refusals?: number;
}

interface Line {
  number: number;
  operation: WriteOperation;
}

const batchSize = 300;
/** Milliseconds for the whole of a file. */
const fetchTime = 60 * 60_000;
/** The file of refusals; the upload is file 0. */
const refusalFile = 1;

/** Another has the job, or it was cancelled: nothing more is written. */
class Lost extends Error {}

/** Imports the next file from the place where it stopped: false where none is left. */
export async function stepImport(options: BulkOptions, job: BulkJob, lease: Lease, stop: AbortSignal): Promise<boolean | 'wait'> {
  const asked = job.asked as ImportAsked;
  const place = { input: 0, line: 0, refusals: 0, ...(job.place as ImportPlace) };
  const upload = asked.inputs.length === 0;
  if (place.input >= (upload ? 1 : asked.inputs.length)) return false;
  try {
    await new Importer(options.entrance, job, lease, place, asked.inputs[place.input]?.type).run(upload ? uploaded(options.entrance, job.id) : fetched(asked, place.input, options.allowed, stop), stop);
    return true;
  } catch (error) {
    if (error instanceof Lost) return 'wait';
    throw error;
  }
}

class Importer {
  readonly #entrance: Entrance;
  readonly #job: BulkJob;
  readonly #lease: Lease;
  readonly #place: Required<ImportPlace>;
  readonly #type: string | undefined;
  #batch: Line[] = [];
  #scope: Scope | undefined;
  #language: Language = 'ru';

  constructor(entrance: Entrance, job: BulkJob, lease: Lease, place: Required<ImportPlace>, type: string | undefined) {
    this.#entrance = entrance;
    this.#job = job;
    this.#lease = lease;
    this.#place = place;
    this.#type = type;
  }

  async run(chunks: AsyncIterable<Uint8Array>, stop: AbortSignal): Promise<void> {
    for await (const { number, bytes } of linesOf(chunks)) {
      if (number <= this.#place.line) continue;
      if (stop.aborted) throw new Lost();
      try {
        this.#batch.push({ number, operation: operationOf(bytes, this.#type) });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        await this.#flush();
        await this.#refuse(number, error);
      }
      if (this.#batch.length >= batchSize) await this.#flush();
    }
    await this.#flush();
    if (!(await moveJob(this.#entrance.db, this.#lease, this.#job.id, { place: { ...this.#place, input: this.#place.input + 1, line: 0 }, done: 0 }))) throw new Lost();
  }

  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    // what he may do is asked anew for each batch
    const requester = await requesterNow(this.#entrance, this.#job.caller);
    if (!requester) throw new Problem('exchange.requester-gone');
    this.#scope = { access: writingAccess(requester.accesses), actor: requester.caller.actor.reference, now: this.#entrance.clock.now() };
    this.#language = requester.caller.language;
    const batch = this.#batch;
    this.#batch = [];
    await this.#note(requester.caller, batch);
    await this.#write(batch);
  }

  /** Writes lines with the place after them in one transaction; where something in it is refused, its halves, down to the line. */
  async #write(lines: readonly Line[]): Promise<void> {
    const last = lines.at(-1)!.number;
    try {
      await this.#entrance.store.write(this.#scope!, lines.map(({ operation }) => operation), {
        danglingReferences: 'allow',
        alongside: async (sql) => {
          if (!(await moveJobIn(sql, this.#lease, this.#job.id, { place: { ...this.#place, line: last }, done: lines.length }))) throw new Lost();
        },
      });
      this.#place.line = last;
    } catch (error) {
      if (!(error instanceof Problem) || error.code.startsWith('db.') || error.code === 'store.older-program') throw error;
      if (lines.length === 1) return this.#refuse(last, error);
      const middle = lines.length >> 1;
      await this.#write(lines.slice(0, middle));
      await this.#write(lines.slice(middle));
    }
  }

  /** A refused line as an OperationOutcome that names its file and number. */
  async #refuse(number: number, problem: Problem): Promise<void> {
    const outcome = outcomeOf(problem, this.#language);
    for (const issue of outcome.issue) issue.diagnostics = [`input[${this.#place.input}]:${number}`, issue.diagnostics].filter(Boolean).join(' ');
    const text = JSON.stringify(outcome);
    const piece: Piece = { file: refusalFile, piece: this.#place.refusals, kind: 'error', type: 'OperationOutcome', lines: 1, bytes: gzipSync(`${text}\n`) };
    const place = { ...this.#place, line: number, refusals: this.#place.refusals + 1 };
    if (!(await moveJob(this.#entrance.db, this.#lease, this.#job.id, { place, done: 0, refused: 1, pieces: [piece] }))) throw new Lost();
    Object.assign(this.#place, place);
  }

  async #note(caller: Caller, batch: readonly Line[]): Promise<void> {
    const types = new Set(batch.flatMap(({ operation }) => (operation.method === 'delete' ? [] : [operation.resource.resourceType])));
    await this.#entrance.journal.note({
      at: this.#entrance.clock.now(), actor: caller.actor.reference, role: caller.actor.role, account: caller.account, purpose: 'SYSDEV',
      action: '$import', patients: [], types: [...types], status: 200, request: this.#job.id,
    });
  }
}

/** A line as it is written: under its own id where it has one (an update, which also creates), else under a new one. */
function operationOf(bytes: Buffer, type: string | undefined): WriteOperation {
  const text = decodeText(bytes);
  const resource = parseResource(text);
  if (type !== undefined && resource.resourceType !== type) throw new Problem('rest.type-mismatch', { expected: type, given: resource.resourceType.slice(0, 64) });
  return resource.id === undefined ? { method: 'create', resource, text } : { method: 'update', resource, text };
}

/**
 * What may be written where several accesses must hold at once: of the first, which the requester came with, the rules for types that the others open as a whole.
 * Finer rights are not multiplied out: who has them writes through the API.
 */
function writingAccess(accesses: readonly Access[]): Access {
  const [now, then] = accesses;
  if (!then) return now!;
  const whole = (type: string): boolean => now!.rules.some((rule) => rule.write && rule.patients === 'all' && !rule.withoutLabels?.length && !rule.withTokens?.length && (rule.types === 'all' || rule.types.includes(type)));
  const all = whole('*');
  const rules = then.rules.flatMap((rule) => {
    if (all) return [rule];
    const types = rule.types === 'all' ? now!.rules.flatMap((one) => (one.types === 'all' ? [] : one.types)).filter(whole) : rule.types.filter(whole);
    return types.length > 0 ? [{ ...rule, types: [...new Set(types)] }] : [];
  });
  return { name: then.name, rules };
}

async function* uploaded({ db }: Entrance, job: string): AsyncGenerator<Uint8Array> {
  for (let piece = 0; ; piece++) {
    const bytes = await readPiece(db, job, 0, piece);
    if (!bytes) return;
    yield gunzipSync(bytes);
  }
}

async function* fetched({ inputs }: ImportAsked, number: number, allowed: readonly string[], stop: AbortSignal): AsyncGenerator<Uint8Array> {
  const address = allowedAddress(inputs[number]!.url, allowed);
  if (!(address instanceof URL)) throw new Problem('exchange.address', { number, reason: address });
  const failed = (reason: string): Problem => new Problem('exchange.unreachable', { number, reason });
  try {
    const response = await reachOut(address, { method: 'GET', headers: { accept: 'application/fhir+ndjson, application/ndjson' }, timeout: fetchTime, stop });
    if (response.status !== 200 || !response.body) {
      await dropBody(response);
      throw failed(`HTTP ${response.status}`);
    }
    const body = Readable.fromWeb(response.body as never);
    // a file that is packed as a file; packing on the way has been undone already
    yield* address.pathname.endsWith('.gz') ? pipeline(body, createGunzip(), () => undefined) : body;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof Unreachable) throw failed(error.message);
    const { code, name } = error as { code?: string; name?: string };
    throw failed(code ?? name ?? 'error');
  }
}
