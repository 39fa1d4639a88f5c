import { connect } from '../db/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { openStore } from '../store/index.ts';
import { startBringingUp } from './bring-up-rows.ts';

// A process of its own for bring-up-rows.db.test.ts: it brings a batch of rows up, says so, does another, says so before it
// is committed, and waits to be killed.
const database = await connect(process.argv[2]!);
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const { bringUp } = store.index;
let batches = 0;
const index = {
  ...store.index,
  bringUp: async (...given: Parameters<typeof bringUp>) => {
    const done = await bringUp(...given);
    process.send!('batch');
    if (++batches === 2) await new Promise(() => undefined);
    return done;
  },
};
startBringingUp({ database, store: { index }, holder: `child ${process.pid}`, lease: 5000, poll: 50 });
