import type { Ctx } from '../../access/context.ts';
import { addDays } from './calendar.ts';
import { find, findNewest, recentDays } from './find.ts';

/** What is in force for a person today, as the doctor's card and the patient's own page both show it. `of` is the person's search: `patient=…`; `today` a day, `2026-11-22`. */
export async function readCurrent(ctx: Ctx, of: string, today: string) {
  const [allergies, conditions, requests, vitals, laboratory, plans, referrals, bookings] = await Promise.all([
    find(ctx, 'AllergyIntolerance', `${of}&_count=100`),
    find(ctx, 'Condition', `${of}&clinical-status=active,recurrence,relapse&_count=200`),
    find(ctx, 'MedicationRequest', `${of}&status=active&_count=200`),
    findNewest(ctx, 'Observation', `${of}&category=vital-signs`, { since: addDays(today, -recentDays), enough: 60, most: 80 }),
    find(ctx, 'Observation', `${of}&category=laboratory&_sort=-date&_count=120`),
    find(ctx, 'CarePlan', `${of}&status=active&_count=50`),
    find(ctx, 'ServiceRequest', `${of}&status=active&_count=100`),
    find(ctx, 'Appointment', `${of}&date=ge${today}&_sort=date&_count=50`),
  ]);
  return { allergies, conditions, requests, vitals, laboratory, plans, referrals, bookings };
}
