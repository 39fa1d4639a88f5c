import { defineModule, type Module } from '../module.ts';
import type { InsuredRegister } from './insured-register.ts';
import { matchPatient } from './match-patient.ts';
import { mergeOperation, unmergeOperation } from './merge-operations.ts';
import { patientProblems } from './problems.ts';
import { patientRoutes } from './routes.ts';

export { personGroup } from './person-group.ts';
export { endDemoRegister, fillRegister, tableRegister, type InsuredRegister } from './insured-register.ts';
export { personAnswer, type StoredPatient } from './person.ts';
export type { InsuredPerson, PersonAnswer } from './contract.ts';

/** FHIR's operations on persons. */
export const patientOperations = [matchPatient, mergeOperation, unmergeOperation];

/** Persons: finding them, their title pages, doubles, consents, papers they bring. */
export function patients(parts: { register: InsuredRegister }): Module {
  return defineModule({ name: 'patients', routes: patientRoutes(parts), operations: patientOperations, problems: patientProblems });
}
