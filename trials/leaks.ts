import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { connect } from '../src/db/database.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { leaksOf, probes } from '../test/conformance/two-worlds.ts';
import { openFhirApi } from '../test/fhir-api.ts';
import { urlOfDatabase } from '../test/harness.ts';
import { runTrial, watchMemory } from './trial.ts';

/** Two databases that differ in just what the caller may not see must answer every request alike: what does not is a leak. Memory must stay flat. */
await runTrial('leaks', async (trial) => {
  const folder = mkdtempSync(join(tmpdir(), 'karta-trial-'));
  chmodSync(folder, 0o711);
  const embedded = await startEmbedded({ data: folder, settings: { fsync: 'off', synchronous_commit: 'off', logging_collector: 'off' } });
  const server = await connect(embedded.url);
  const open = async (name: string) => {
    await server.query(`create database ${name}`);
    const database = await connect(urlOfDatabase(embedded.url, name));
    await migrate(database);
    return { database, api: await openFhirApi(database, { zone: 'UTC' }) };
  };
  const [full, seen] = [await open('world_full'), await open('world_seen')];
  const lookAtMemory = watchMemory(trial);
  try {
    while (trial.goesOn()) {
      const seed = Math.trunc(trial.chance() * 2 ** 31);
      const judged = await fc.check(
        fc.asyncProperty(probes, async (probe) => (await leaksOf(full, seen, probe, (what) => trial.count(what))).length === 0),
        { seed, numRuns: 20 },
      );
      if (judged.failed) {
        const [probe] = judged.counterexample!;
        trial.flaw(`${(await leaksOf(full, seen, probe)).join('\n')}\n  in ${JSON.stringify(probe.resources)}\n  (seed ${seed})`);
      }
      lookAtMemory();
    }
  } finally {
    for (const one of [full, seen]) {
      await one.api.app.close();
      await one.database.end();
    }
    await server.end();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
