export { bodyLimit, restPlugin, type RestOptions } from './plugin.ts';
export type { Operation } from './call.ts';
export { readEntries, type Entry } from './bundle-entry.ts';
export { planTransaction, type TransactionPlan } from './plan-transaction.ts';
export { checkDepth, decodeText, parseResource } from './parse-body.ts';
export { outcomeOf } from './outcome.ts';
export { restProblems } from './problems.ts';
export { entryTexts } from './entry-texts.ts';
export type { Searcher } from './plan-transaction.ts';
