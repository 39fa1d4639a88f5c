import { defineModule, type Module } from '../module.ts';
import type { VisitParts } from './parts.ts';
import { visitProblems } from './problems.ts';
import { visitRoutes } from './routes.ts';

export type { VisitParts } from './parts.ts';
export { watchDrafts, type DraftWatch } from './watch-drafts.ts';
export { startVisit } from './start-visit.ts';
export { listDrafts } from './list-drafts.ts';

/** The visit and its draft. `parts.watch` is ended by who made it. */
export function visits(parts: VisitParts): Module {
  return defineModule({ name: 'visits', routes: visitRoutes(parts), problems: visitProblems });
}
