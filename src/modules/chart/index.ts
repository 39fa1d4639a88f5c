import { defineModule, type Module } from '../module.ts';
import type { ChartParts } from './parts.ts';
import { chartProblems } from './problems.ts';
import { chartRoutes } from './routes.ts';
import { summaryOperations } from './summary/summarize.ts';

export { summaryOperations };

export type { ChartParts, WaitSource } from './parts.ts';
export type { Wait, WaitItem } from './contract.ts';

/** The card and the day. `parts.waits` is what other modules let wait for a person. */
export function chart(parts: ChartParts): Module {
  return defineModule({ name: 'chart', routes: chartRoutes(parts), operations: summaryOperations, problems: chartProblems });
}
