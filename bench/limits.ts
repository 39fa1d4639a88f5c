import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from, to } from 'pg-copy-streams';
import type { Database } from '../src/db/types.ts';
import { root } from '../test/robustness/karta-process.ts';
import { makePerson } from './population.ts';

/** What the machine does at this moment without Karta: the measures stand beside it. */

const tables = ['resource', 'date_value', 'number_value', 'text_value', 'outbox'];
/** Rows that are copied: enough for some seconds. */
const copied = 40_000;

/**
 * Resources a second by bare COPY, in PostgreSQL's own binary form: the rows that Karta wrote for so many resources, all tables, into
 * empty tables with the same indexes. Nothing is parsed, checked or extracted.
 */
export async function copyRows(database: Database): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('drop schema if exists bench cascade; create schema bench');
    await client.query(`create table bench.chosen as select rid, type, id, version from resource where not deleted order by rid desc limit ${copied}`);
    await client.query('create unique index on bench.chosen (rid); create index on bench.chosen (type, id, version); analyze bench.chosen');
    const chosen = Number((await client.query<{ count: string }>('select count(*) from bench.chosen')).rows[0]!.count);
    const parts: { table: string; chunks: Buffer[] }[] = [];
    for (const table of tables) {
      await client.query(`create table bench.${table} (like public.${table} including all)`);
      const of = table === 'outbox' ? 'join bench.chosen c on (c.type, c.id, c.version) = (t.type, t.id, t.version)' : 'join bench.chosen c on c.rid = t.rid';
      const chunks: Buffer[] = [];
      for await (const chunk of client.query(to(`copy (select t.* from public.${table} t ${of}) to stdout binary`))) chunks.push(chunk as Buffer);
      parts.push({ table, chunks });
    }
    const begun = performance.now();
    for (const { table, chunks } of parts) await pipeline(Readable.from(chunks), client.query(from(`copy bench.${table} from stdin binary`)));
    return chosen / ((performance.now() - begun) / 1000);
  } finally {
    await client.query('drop schema if exists bench cascade');
    await client.end();
  }
}

/**
 * Committed inserts into a table with an id and a text: `rows` rows each time, `width` at once. Rows a second, and the milliseconds of
 * each commit in the order of their size.
 */
export async function insertRows(database: Database, { width, rows, seconds }: { width: number; rows: number; seconds: number }): Promise<{ rate: number; spent: Float64Array }> {
  await database.query('create table if not exists bench_insert (id bigint generated always as identity primary key, content text not null)');
  const texts = Array.from({ length: rows }, (_, person) => JSON.stringify(makePerson(person + 1)[8]));
  const spent: number[] = [];
  const begun = performance.now();
  await Promise.all(Array.from({ length: width }, async () => {
    while (performance.now() - begun < seconds * 1000) {
      const sent = performance.now();
      await database.query('insert into bench_insert (content) select * from unnest($1::text[])', [texts]);
      spent.push(performance.now() - sent);
    }
  }));
  const rate = (spent.length * rows) / ((performance.now() - begun) / 1000);
  await database.query('drop table bench_insert');
  return { rate, spent: Float64Array.from(spent).toSorted() };
}

/** A process in which the HTTP server that Karta stands on answers one text to everything. */
export async function startConstantServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const script = `import { fastify } from 'fastify';
    const text = JSON.stringify(${JSON.stringify(makePerson(1)[0])});
    const server = fastify({ logger: false });
    server.get('/', (request, reply) => reply.type('application/fhir+json; charset=utf-8').send(text));
    await server.listen({ port: 0, host: '127.0.0.1' });
    console.log(server.server.address().port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: `http://127.0.0.1:${port.toString().trim()}`,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
