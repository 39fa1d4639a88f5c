import { defineModule, type Module } from '../module.ts';
import { applicationRoutes } from './routes.ts';

/** Apps of others that speak FHIR: registered, opened from a card, let in and shown out by people. */
export const applications: Module = defineModule({ name: 'applications', routes: applicationRoutes });
