import { connect } from '../db/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { openStore } from '../store/index.ts';
import { startBringingUp } from './bring-up-rows.ts';

// A process of its own for bring-up-rows.db.test.ts: it brings rows up, says after each batch that it has, and is killed in between.
const database = await connect(process.argv[2]!);
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const { bringUp } = store.index;
const index = {
  ...store.index,
  bringUp: async (...given: Parameters<typeof bringUp>) => {
    const done = await bringUp(...given);
    // told before the commit: what is killed here must be done again, what is killed later must not
    process.send!('batch');
    return done;
  },
};
startBringingUp({ database, store: { index }, holder: `child ${process.pid}`, lease: 900, poll: 50 });
