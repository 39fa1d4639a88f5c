import { defineModule, type Module } from '../module.ts';
import { journalRoutes } from './routes.ts';

/** The journal of access for whoever oversees it. `zone`: where a day begins. */
export function journal(parts: { zone: string }): Module {
  return defineModule({ name: 'journal', routes: journalRoutes(parts) });
}
