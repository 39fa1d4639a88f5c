import { setTimeout as sleep } from 'node:timers/promises';
import { openEntrance } from '../../src/access/index.ts';
import { connect } from '../../src/db/database.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { log } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/index.ts';
import { startBulk } from '../../src/modules/exchange/bulk/run-bulk.ts';

// A process of its own for bulk.db.test.ts: it works on bulk jobs, each step slow enough to be killed in, and says when it begins one.
const [url, ...allowed] = process.argv.slice(2);
const database = await connect(url!);
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const slow = async (): Promise<void> => {
  process.send!('step');
  await sleep(80);
};
const entrance = openEntrance({
  db: database, clock: systemClock, log, url: 'http://karta.test', demo: false,
  store: {
    ...store,
    scan: async (...given) => (await slow(), store.scan(...given)),
    write: async (...given) => (await slow(), store.write(...given)),
  },
});
startBulk({ entrance, allowed, holder: `child ${process.pid}`, lease: 900, poll: 30, slack: 100 });
process.send!('ready');
