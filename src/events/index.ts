export { startBringingUp, type BringUpOptions } from './bring-up-rows.ts';
export { feedStart, headOfFeed, isBefore, notifyOthers, since, type FeedPage } from './feed.ts';
export { openTail, type Deliver, type Tail } from './tail.ts';
export { startDispatch, type DispatchOptions, type Reacts } from './dispatch.ts';
export { startJobs, type JobsOptions, type Scheduled } from './jobs.ts';
export { listSetAside, tryAgain, type SetAside } from './parked.ts';
export { eventJobs, pruneOutbox } from './prune-outbox.ts';
export { holdLease, releaseLease, renewLease, takeLease, type Lease } from './lease.ts';
export { eventsProblems } from './problems.ts';
