import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import type { Database } from '../src/db/types.ts';

/** What the machine does at this moment without Karta: the measures stand beside it. */

/** Lines a second by COPY into a table with one text column and no index. */
export async function copyLines(database: Database, lines: readonly string[]): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('drop table if exists bench_copy; create table bench_copy (content text not null)');
    const begun = performance.now();
    await pipeline(Readable.from(chunks(lines)), client.query(from('copy bench_copy from stdin')));
    return lines.length / ((performance.now() - begun) / 1000);
  } finally {
    await client.query('drop table if exists bench_copy');
    await client.end();
  }
}

function* chunks(lines: readonly string[]): Generator<string> {
  for (let at = 0; at < lines.length; at += 500) yield `${lines.slice(at, at + 500).map((line) => line.replaceAll('\\', '\\\\')).join('\n')}\n`;
}

/** Committed one-row inserts a second, `width` at once over the pool, into a table with an id and a text. */
export async function insertOneByOne(database: Database, texts: readonly string[], width: number, seconds: number): Promise<number> {
  await database.query('create table if not exists bench_insert (id bigint generated always as identity primary key, content text not null)');
  let done = 0;
  const begun = performance.now();
  await Promise.all(Array.from({ length: width }, async () => {
    while (performance.now() - begun < seconds * 1000) {
      await database.query('insert into bench_insert (content) values ($1)', [texts[done % texts.length]]);
      done++;
    }
  }));
  const rate = done / ((performance.now() - begun) / 1000);
  await database.query('drop table bench_insert');
  return rate;
}

/** Milliseconds of a statement with one value, in the middle of many. */
export async function timeStatement(database: Database, sql: string, value: (index: number) => string): Promise<number> {
  const spent: number[] = [];
  for (let index = 0; index < 200; index++) {
    const begun = performance.now();
    await database.query(sql, [value(index)]);
    spent.push(performance.now() - begun);
  }
  return spent.toSorted((a, b) => a - b)[100]!;
}

/** A process that answers a fixed text to everything. */
export async function startConstantServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const script = `const text = JSON.stringify({ resourceType: 'Patient', id: 'x', name: [{ family: 'Иванов', given: ['Иван', 'Петрович'] }], gender: 'male', birthDate: '1960-03-14' });
    const server = require('node:http').createServer((request, answer) => { answer.setHeader('content-type', 'application/fhir+json'); answer.end(text); });
    server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
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
