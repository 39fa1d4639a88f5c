export { refreshMilliseconds } from './raise-generation.ts';
export { asksTokens, opensAct } from './access-sql.ts';
export { openStore } from './store.ts';
export { idFor } from './new-id.ts';
export { storeProblems } from './problems.ts';
export { compartmentNumber } from './token-hash.ts';
export { storedTypes, typeName, typeNumber } from './type-number.ts';
export type * from './types.ts';
