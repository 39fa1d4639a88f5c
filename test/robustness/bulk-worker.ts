import { openEntrance } from '../../src/access/index.ts';
import { connect } from '../../src/db/database.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { log } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/index.ts';
import { startBulk } from '../../src/modules/exchange/bulk/run-bulk.ts';

// A process of its own for bulk.db.test.ts: it works on bulk jobs, says when it begins a step, and waits in it until it is told to
// go on, once or for good, or is killed.
const [url, ...allowed] = process.argv.slice(2);
const database = await connect(url!);
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
let free = false;
const waiting: (() => void)[] = [];
process.on('disconnect', () => process.exit());
process.on('message', (word) => {
  free ||= word === 'for good';
  for (const goOn of waiting.splice(0)) goOn();
});
const step = async (): Promise<void> => {
  if (free) return;
  process.send!('step');
  await new Promise<void>((resolve) => waiting.push(resolve));
};
const entrance = openEntrance({
  db: database, clock: systemClock, log, url: 'http://karta.test', demo: false,
  store: {
    ...store,
    scan: async (...given) => (await step(), store.scan(...given)),
    write: async (...given) => (await step(), store.write(...given)),
  },
});
startBulk({ entrance, allowed, holder: `child ${process.pid}`, lease: 5000, poll: 30, slack: 100 });
process.send!('ready');
