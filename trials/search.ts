import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { connect } from '../src/db/database.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { openStore } from '../src/store/index.ts';
import { differencesOf, inquiries } from '../test/conformance/ask-store.ts';
import { runTrial } from './trial.ts';

/** The search engine against the naive one, small world after small world. What differs is told with the smallest world that shows it. */
await runTrial('search', async (trial) => {
  const folder = mkdtempSync(join(tmpdir(), 'karta-trial-'));
  chmodSync(folder, 0o711);
  const embedded = await startEmbedded({ data: folder, settings: { fsync: 'off', synchronous_commit: 'off', logging_collector: 'off' } });
  const database = await connect(embedded.url);
  await migrate(database);
  const store = await openStore(database, { clock: systemClock, zone: 'UTC' });
  const told = new Set<string>();
  try {
    while (trial.goesOn()) {
      const seed = Math.trunc(trial.chance() * 2 ** 31);
      const judged = await fc.check(
        fc.asyncProperty(inquiries, async (inquiry) => {
          trial.count('worlds');
          const differences = await differencesOf(database, store, inquiry, (what) => trial.count(what));
          return differences.length === 0;
        }),
        { seed, numRuns: 50 },
      );
      if (!judged.failed) continue;
      const [inquiry] = judged.counterexample!;
      const [difference = ''] = await differencesOf(database, store, inquiry);
      const kind = difference.split('\n')[0]!.replace(/=.*/, '');
      if (!told.has(kind)) trial.flaw(`${difference}\n  in ${JSON.stringify(inquiry.resources)}\n  (seed ${seed})`);
      told.add(kind);
    }
  } finally {
    await database.end();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
