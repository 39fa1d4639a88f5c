import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../src/db/database.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { templateDatabase, urlOfDatabase } from './harness.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: string;
  }
}

const prefix = 'karta-test-';

/** One PostgreSQL for all test files: without fsync, since nothing in it outlives the run. A template holds the migrated schema. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepKilledRuns();
  const data = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  chmodSync(data, 0o711); // as root, the database's user has to pass through
  const embedded = await startEmbedded({
    data,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '128MB', max_connections: '200', autovacuum: 'on', logging_collector: 'off' },
  });
  const server = await connect(embedded.url);
  await server.query(`create database ${templateDatabase}`);
  const template = await connect(urlOfDatabase(embedded.url, templateDatabase));
  await migrate(template);
  await template.end();
  await server.end();
  project.provide('databaseServer', embedded.url);
  return async () => {
    await embedded.stop();
    rmSync(data, { recursive: true, force: true });
  };
}

/** A run that was killed leaves its server behind; its folder names the process that owned it. */
function sweepKilledRuns(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const owner = Number(name.slice(prefix.length).split('-')[0]);
    if (!Number.isInteger(owner) || isAlive(owner)) continue;
    const folder = join(tmpdir(), name);
    try {
      process.kill(Number.parseInt(readFileSync(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8'), 10), 'SIGQUIT');
    } catch {
      // It never ran, ended by itself, or belongs to another user.
    }
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // Another user's: he sweeps it himself.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
