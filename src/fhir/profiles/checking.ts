import type { Walk } from '../walk.ts';
import type { ProfilePlan } from './compile-profile.ts';
import type { ProfileRegistry } from './registry.ts';

/** Where a check is: the walk, the profile, and what else is known. */
export interface Checking {
  walk: Walk;
  registry: ProfileRegistry;
  plan: ProfilePlan;
}
