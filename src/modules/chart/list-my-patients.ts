import type { Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { dayIn } from './calendar.ts';
import type { MineAnswer } from './contract.ts';
import { clinicPosts, dayLines } from './day.ts';
import { find } from './find.ts';
import type { ChartParts } from './parts.ts';
import { districtOf, personOf } from './person.ts';

const most = 500;

/** People in the caller's care: those of today first, then those attached to the district (for nurse and chief doctor: to the clinic). */
export async function listMyPatients(ctx: Ctx, { zone }: ChartParts): Promise<MineAnswer> {
  const own = ctx.actor.role === 'doctor';
  const posts = own ? [ctx.actor.practitionerRole ?? ctx.actor.reference] : await clinicPosts(ctx);
  const attachedQuery = own ? ctx.actor.practitionerRole && `general-practitioner=${ctx.actor.practitionerRole}` : ctx.actor.organization && `organization=${ctx.actor.organization}`;
  const [lines, attached] = await Promise.all([dayLines(ctx, posts, dayIn(ctx.now, zone), false), attachedQuery ? find(ctx, 'Patient', `${attachedQuery}&active:not=false&_sort=family,given&_count=${most}`) : []]);
  const districts = new Map(attached.map((patient: Patient & { id: string }) => [patient.id, districtOf(patient)]));
  const today = lines.map(({ patient, reason, start }) => {
    const district = districts.get(patient.id);
    return { ...patient, reason, today: start, ...(district ? { district } : {}) };
  });
  const known = new Set(today.map(({ id }) => id));
  const rest = attached.filter(({ id }) => !known.has(id)).map((patient) => {
    const district = districtOf(patient);
    return { ...personOf(patient), reason: '', ...(district ? { district } : {}) };
  });
  return { patients: [...today.filter((each, at) => today.findIndex(({ id }) => id === each.id) === at), ...rest], more: attached.length === most };
}
