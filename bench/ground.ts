import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../src/db/database.ts';
import { joinEmbedded } from '../src/db/embedded.ts';
import type { Database } from '../src/db/types.ts';
import { HttpPerson } from '../test/robustness/http-person.ts';
import { newDataFolder, program, startKarta, type KartaProcess } from '../test/robustness/karta-process.ts';
import { startConstantServer } from './limits.ts';
import { makeStaff, perPerson, personLines } from './population.ts';

/** What one measure says. */
export interface Measure {
  name: string;
  value: number;
  unit: string;
  /** What the same machine does at the same moment without Karta; of `warm-start`, `idle` and `card-…` what was promised. */
  limit: number;
  ratio: number;
}

export type Step = (ground: Ground) => Promise<Omit<Measure, 'name' | 'ratio'>>;

/** A running Karta on a new data folder, and what the measures share. */
export interface Ground {
  karta: KartaProcess;
  data: string;
  database: Database;
  /** The demo's service client, whom everything is open to. */
  system: HttpPerson;
  /** The HTTP server that Karta stands on, answering a fixed text. */
  constant: string;
  /** How many people of the made region have been imported so far. */
  people: number;
}

export async function openGround(): Promise<Ground & { close(): Promise<void> }> {
  const { data, remove } = await newDataFolder();
  const karta = await startKarta(data);
  const constant = await startConstantServer();
  const database = await connect((await joinEmbedded({ data })).url, { max: 10 });
  const ground = {
    karta, data, database, system: await HttpPerson.system(karta.url), constant: constant.url, people: 0,
    close: async () => {
      await constant.stop();
      await database.end();
      await ground.karta.end('SIGKILL');
      await remove();
    },
  };
  return ground;
}

/** Brings the made region to so many people by `karta import`. Resources and seconds, from the command to its end; none where they are there. */
export async function importPeople(ground: Ground, people: number, flags: readonly string[] = []): Promise<{ resources: number; seconds: number }> {
  if (people <= ground.people) return { resources: 0, seconds: 0 };
  const staff = ground.people === 0 ? makeStaff().map((resource) => JSON.stringify(resource)) : [];
  const done = await importLines(ground.data, [...staff, ...personLines(ground.people, people)], flags);
  ground.people = people;
  return done;
}

/** The same while the server runs, with the statistics that a search plans by. */
export async function growTo(ground: Ground, people: number): Promise<{ resources: number; seconds: number }> {
  const done = await importPeople(ground, people);
  if (done.resources > 0) await ground.database.query('analyze');
  return done;
}

export const peopleFor = (resources: number): number => Math.ceil(resources / perPerson);

/** `karta import` beside the server, from the command to its end. */
export async function importLines(data: string, lines: readonly string[], flags: readonly string[] = []): Promise<{ resources: number; seconds: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'karta-bench-'));
  try {
    const file = join(folder, 'lines.ndjson');
    for (let from = 0; from < lines.length; from += 20_000) writeFileSync(file, `${lines.slice(from, from + 20_000).join('\n')}\n`, { flag: 'a' });
    const begun = performance.now();
    const child = spawn(process.execPath, [program, 'import', ...flags, file], { env: { ...process.env, KARTA_DATA: data, KARTA_LOG: 'fatal' }, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`karta import ended with ${code}`);
    return { resources: lines.length, seconds: (performance.now() - begun) / 1000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Three digits are what a measure on a shared machine is worth. */
export const round = (value: number): number => Number(value.toPrecision(3));

/** The value in the middle of those that were measured. */
export function middle(spent: readonly number[]): number {
  return spent.toSorted((a, b) => a - b)[spent.length >> 1]!;
}
