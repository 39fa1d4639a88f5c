import type { Resource } from '@medplum/fhirtypes';
import { visitTemplates } from '../templates/visit-templates.ts';
import { demoTime } from './demo-time.ts';
import { profileHistory } from './histories.ts';
import type { DemoNote } from './histories.ts';
import { ivanovaHistory } from './ivanova.ts';
import { demoOrganizations } from './organizations.ts';
import { demoPeople, people } from './people.ts';
import { demoStaff } from './staff.ts';
import { demoToday } from './today.ts';

export interface DemoWhen {
  now: Date;
  /** IANA name, `Europe/Moscow`. */
  zone: string;
}

function build({ now, zone }: DemoWhen): { resources: Resource[]; notes: DemoNote[] } {
  const time = demoTime(now, zone);
  const histories = [ivanovaHistory(time), ...people.map((person, i) => profileHistory(person, 1000 + i, time)), demoToday(time)];
  const order = ['EpisodeOfCare', 'AllergyIntolerance', 'ServiceRequest', 'Appointment', 'Condition', 'Encounter', 'Observation'];
  const clinical = histories.flatMap((history) => history.resources);
  // A diagnosis of a visit and the visit name each other (Condition.encounter, Encounter.diagnosis): no order suits both, one transaction does.
  const rank = ({ resourceType }: Resource) => (order.includes(resourceType) ? order.indexOf(resourceType) : order.length);
  return {
    resources: [...demoOrganizations(zone), ...demoStaff(), ...demoPeople(time), ...clinical.sort((a, b) => rank(a) - rank(b))],
    notes: histories.flatMap((history) => history.notes),
  };
}

/**
 * «Заречная область»: every resource of the demo, with fixed ids, alike each time for the same `now`. What is referred to stands before
 * what refers, except that Encounter and Condition, Encounter and ServiceRequest may name each other: write them in one transaction.
 */
export function demoRegion(when: DemoWhen): Resource[] {
  return build(when).resources;
}

/** The words of past visits, the oldest first, for the part that signs their documents at seed time. */
export function demoNotes(when: DemoWhen): DemoNote[] {
  return build(when).notes.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The visit templates as resources; they ship without the demo too. */
export function demoTemplates(): Resource[] {
  return visitTemplates();
}
