import { openEntrance, systemContext } from '../../access/index.ts';
import { connect } from '../../db/database.ts';
import { systemClock } from '../../kernel/clock.ts';
import { log } from '../../kernel/log.ts';
import { openStore } from '../../store/index.ts';
import { startDispatch } from '../dispatch.ts';
import { openTail } from '../tail.ts';
import { subscriptionReaction } from './react-subscription.ts';
import { startSubscriptions } from './start-subscriptions.ts';

// A process of its own for subscriptions.db.test.ts: it does what a server does for subscriptions, and is killed.
const [url, ...allowed] = process.argv.slice(2);
const database = await connect(url!);
const tail = await openTail(database, { poll: 50 });
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow', committed: () => tail.wake() });
const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://karta.test', demo: false });
const holder = `child ${process.pid}`;
startDispatch({ database, tail, holder, context: () => systemContext(entrance), reactions: [subscriptionReaction({ entrance, allowed })], lease: 5000, poll: 50 });
startSubscriptions({ entrance, allowed, tail, holder, lease: 5000, poll: 50, waits: [50, 50, 50, 50, 50, 50, 50, 50] });
process.send!('ready');
