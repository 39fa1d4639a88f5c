import { defineModule } from '../module.ts';
import { registryProblems } from './problems.ts';
import { registryRoutes } from './routes.ts';

export { bookVisit } from './book-visit.ts';
export { readDay } from './day-board.ts';

/** The day of a clinic and its bookings. */
export const registry = defineModule({ name: 'registry', routes: registryRoutes, problems: registryProblems });
