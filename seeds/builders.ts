import type { Patient, Resource } from '@medplum/fhirtypes';
import { chance } from './region/chance.ts';
import { demoTime } from './region/demo-time.ts';
import { episode, measureAt, visit } from './region/histories.ts';
import type { VisitPlan } from './region/histories.ts';
import { demoMeta } from './region/marks.ts';
import { labValue } from './region/values.ts';
import { profiles } from './region/profiles.ts';
import { staffMember } from './region/staff.ts';
import type { Person } from './region/people.ts';

/**
 * A person with `n` visits in the forty years before `now`, for tests and measures of speed: a case, an Encounter, a Condition, four
 * vital signs at each visit, a laboratory value at every fifth. `patient` is the id without the type; the staff is the demo region's.
 */
export function manyVisits(patient: string, n: number, now: Date, zone = 'Europe/Moscow'): Resource[] {
  const time = demoTime(now, zone);
  const luck = chance(n);
  const doctor = staffMember('demo-sokolova');
  const own: Patient = {
    resourceType: 'Patient', id: patient, meta: demoMeta, active: true, name: [{ use: 'official', family: 'Долгополова', given: ['Евдокия', 'Карповна'], text: 'Долгополова Евдокия Карповна' }],
    gender: 'female', birthDate: time.born(72, '01-15'), generalPractitioner: [{ reference: 'PractitionerRole/demo-sokolova-therapist' }], managingOrganization: { reference: 'Organization/demo-polyclinic-2' },
  };
  // `demo-` is what the region's people carry before their id; here the id is the caller's.
  const person: Person = { id: patient, reference: `Patient/${patient}`, family: 'Долгополова', given: ['Евдокия', 'Карповна'], sex: 'female', age: [72, '01-15'], doctor: doctor.id, profile: 'hypertension', visits: n, line: '' };
  const resources: Resource[] = [own];
  for (let i = 0; i < n; i++) {
    const reason = luck.pick(profiles[luck.pick(['hypertension', 'joints', 'stomach', 'healthy'] as const)].reasons);
    const daysAgo = Math.floor(((n - i) * 14_600) / n);
    const plan: VisitPlan = { id: `${patient}-visit-${i + 1}`, person, doctor, nurse: 'demo-orlova', daysAgo, minutes: 500 + luck.between(0, 30) * 15, reason, episode: `${patient}-case-${i + 1}` };
    const { encounter, condition } = visit(plan, time);
    resources.push(
      episode(plan.episode, person, doctor, time.date(daysAgo), time.date(Math.max(0, daysAgo - 7))),
      ...(condition ? [condition] : []),
      encounter,
      ...measureAt(plan, time, { pressure: [luck.around(140, 15), luck.around(85, 8)], pulse: luck.around(74, 8), weight: luck.around(78, 3, 1), height: 162, temperature: luck.around(36.6, 0.2, 1) }),
    );
    if (i % 5 === 0) resources.push(labValue('ldl', luck.around(3.2, 0.8, 1), { id: `${plan.id}-ldl`, patient: `Patient/${patient}`, at: time.at(daysAgo, 480), by: 'Practitioner/demo-maslov' }));
  }
  return resources;
}
