import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/db/database.ts';
import { joinEmbedded } from '../src/db/embedded.ts';
import { startLoad } from '../test/robustness/create-load.ts';
import { HttpPerson, until } from '../test/robustness/http-person.ts';
import { endPostmaster, newDataFolder, startKarta } from '../test/robustness/karta-process.ts';
import { flawsOfLoad } from '../test/robustness/whole-writes.ts';
import { runTrial } from './trial.ts';

/** The database, one of two server processes, or both killed again and again under concurrent creates: nothing acknowledged is lost or doubled. */
await runTrial('kill-database', async (trial) => {
  const patient = 'demo-ivanova';
  const { data, remove } = await newDataFolder();
  const first = await startKarta(data);
  const database = await connect((await joinEmbedded({ data })).url, { max: 2 });
  const beside = () => startKarta(data, { DATABASE_URL: database.url });
  let second = await beside();
  try {
    const system = await HttpPerson.system(first.url);
    const urls = () => [first.url, second.url];
    for (let round = 0; trial.goesOn(); round++) {
      const tag = `round${round}`;
      const load = startLoad(() => urls().map((url) => system.at(url)), patient, tag, 16);
      try {
        for (let kill = 0; kill < 5 && trial.goesOn(); kill++) {
          const before = load.acknowledged.size;
          await until('creates go on', () => load.acknowledged.size > before + 20, 60_000);
          await sleep(trial.chance() * 150);
          const process = trial.chance() < 0.4;
          if (process || trial.chance() < 0.2) {
            await second.end('SIGKILL');
            trial.count('kills of a process');
          }
          if (!process) {
            await endPostmaster(data, 'SIGKILL');
            trial.count('kills of the database');
          }
          if (second.child.signalCode !== null) {
            await until('the database is back', async () => (await fetch(`${first.url}/healthz`)).ok, 60_000);
            second = await beside();
          }
        }
        const last = load.acknowledged.size;
        await until('creates go on after the last kill', () => load.acknowledged.size > last, 60_000);
      } finally {
        await load.stop();
      }
      trial.count('acknowledged creates', load.acknowledged.size);
      for (const [kind, times] of load.refusals) {
        trial.count(kind === '0' ? 'connections lost' : `answers ${kind}`, times);
        if (kind !== '0' && !kind.startsWith('503')) trial.flaw(`round ${round}: an answer ${kind}`);
      }
      for (const flaw of await flawsOfLoad(database, load, tag)) trial.flaw(`round ${round}: ${flaw}`);
    }
  } finally {
    await database.end();
    await second.end('SIGKILL');
    await first.end('SIGKILL');
    await remove();
  }
});
