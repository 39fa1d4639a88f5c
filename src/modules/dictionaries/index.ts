import type { Terminology } from '../../terminology/open-terminology.ts';
import { defineModule, type Module } from '../module.ts';
import { dictionaryProblems } from './problems.ts';
import { routes } from './routes.ts';

/** Dictionaries for the administrator: what is there, what a new version changes, and its import. */
export function dictionaries({ terminology }: { terminology: Terminology }): Module {
  return defineModule({ name: 'dictionaries', problems: dictionaryProblems, routes: routes(terminology) });
}
