export { createServer, type ServerParts } from './create-server.ts';
export { answerFile, contentDisposition } from './file-answer.ts';
export { languageOf } from './language.ts';
export type { Feed } from './live.ts';
export { idempotencyKey } from './mount-modules.ts';
export { findCaller, openContext } from './open-visit.ts';
export { httpProblems } from './problems.ts';
export type { Screens } from './screens.ts';
