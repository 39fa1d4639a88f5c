import { defineModule, type Module } from '../module.ts';
import { moveVisit } from './move-visit.ts';
import type { CaseParts } from './parts.ts';
import { caseProblems } from './problems.ts';
import { caseRoutes } from './routes.ts';

export type { CaseParts } from './parts.ts';
export { closeCase } from './close-case.ts';
export { listCasesOfPatient, listOpenCases } from './list-open-cases.ts';

/** Cases (обращения), their talon and the account of services. */
export function cases(parts: CaseParts): Module {
  return defineModule({ name: 'cases', routes: caseRoutes(parts), reacts: [{ name: 'cases.move-visit', types: ['Encounter'], react: moveVisit }], problems: caseProblems });
}
