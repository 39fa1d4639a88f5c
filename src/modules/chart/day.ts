import type { Appointment, Encounter } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { dayIn } from './calendar.ts';
import type { DayAnswer, DayLine } from './contract.ts';
import { lineState } from './day-line.ts';
import { find, readMap, staffNames } from './find.ts';
import type { ChartParts } from './parts.ts';
import { personOf } from './person.ts';
import { minutesLate, nextLine } from './rules.ts';

type Booking = Appointment & { id: string };

/** The day as a line: the doctor's own bookings; the nurse sees all of her clinic, with the doctor's name and room on each. */
export async function readDay(ctx: Ctx, { zone }: ChartParts): Promise<DayAnswer> {
  const day = dayIn(ctx.now, zone);
  const whole = ctx.actor.role === 'nurse';
  const posts = whole ? await clinicPosts(ctx) : [ctx.actor.practitionerRole ?? ctx.actor.reference];
  const lines = await dayLines(ctx, posts, day, whole);
  const next = nextLine(lines);
  return {
    day, now: ctx.now.toISOString(), lines, done: lines.filter(({ state }) => state === 'done').length,
    late: whole ? 0 : minutesLate(lines, ctx.now), ...(next ? { next: next.appointment } : {}),
  };
}

/** References of the posts of the caller's clinic whose holders see patients by booking. */
export async function clinicPosts(ctx: Ctx): Promise<string[]> {
  if (!ctx.actor.organization) return [];
  return (await find(ctx, 'PractitionerRole', `organization=${ctx.actor.organization}&_count=500&_elements=practitioner`)).map(({ id }) => `PractitionerRole/${id}`);
}

/** Bookings of a day with these posts, as lines in order of time. */
export async function dayLines(ctx: Ctx, posts: readonly string[], day: string, withDoctor: boolean): Promise<DayLine[]> {
  if (posts.length === 0) return [];
  const bookings = (await find(ctx, 'Appointment', `actor=${posts.join(',')}&date=${day}&_sort=date&_count=1000`)).filter(({ status, start }) => start && status !== 'cancelled' && status !== 'entered-in-error');
  const patients = await readMap<'Patient'>(ctx, bookings.map(patientOf));
  const [encounters, examined, rooms, doctors] = await Promise.all([
    encountersOf(ctx, bookings),
    examinedToday(ctx, [...patients.keys()], day),
    withDoctor ? readMap<'Location'>(ctx, bookings.map((each) => actorOf(each, 'Location'))) : new Map<string, { name?: string }>(),
    withDoctor ? staffNames(ctx, bookings.map((each) => actorOf(each, 'PractitionerRole'))) : new Map<string, string>(),
  ]);
  return bookings.flatMap((booking): DayLine[] => {
    const patient = patients.get(patientOf(booking) ?? '');
    if (!patient) return [];
    const encounter = encounters.get(booking.id);
    const arrived = booking.extension?.find(({ url }) => url === 'urn:karta:arrived')?.valueDateTime;
    const doctor = doctors.get(actorOf(booking, 'PractitionerRole') ?? '');
    const room = rooms.get(actorOf(booking, 'Location') ?? '')?.name;
    return [{
      appointment: booking.id, start: booking.start!, end: booking.end ?? booking.start!, patient: personOf(patient), reason: booking.reasonCode?.[0]?.text ?? booking.description ?? booking.serviceType?.[0]?.text ?? '',
      state: lineState(booking, encounter, ctx.now), booked: booking.comment ?? '', examined: examined.has(`Patient/${patient.id}`),
      ...(arrived ? { arrived } : {}), ...(encounter ? { encounter: encounter.id } : {}), ...(encounter?.period?.start ? { begun: encounter.period.start } : {}), ...(doctor ? { doctor } : {}), ...(room ? { room } : {}),
    }];
  });
}

const actorOf = (booking: Appointment, type: string) => booking.participant.find(({ actor }) => actor?.reference?.startsWith(`${type}/`))?.actor?.reference;
const patientOf = (booking: Appointment) => actorOf(booking, 'Patient');

async function encountersOf(ctx: Ctx, bookings: readonly Booking[]): Promise<Map<string, Encounter & { id: string }>> {
  if (bookings.length === 0) return new Map();
  const found = await find(ctx, 'Encounter', `appointment=${bookings.map(({ id }) => `Appointment/${id}`).join(',')}&_count=1000`);
  return new Map(found.flatMap((each) => (each.appointment ?? []).flatMap(({ reference }) => (reference && each.status !== 'cancelled' && each.status !== 'entered-in-error' ? [[reference.slice('Appointment/'.length), each] as const] : []))));
}

/** Patients who were measured today: «доврачебный осмотр сделан». */
async function examinedToday(ctx: Ctx, patients: readonly string[], day: string): Promise<Set<string>> {
  if (patients.length === 0) return new Set();
  const found = await find(ctx, 'Observation', `patient=${patients.join(',')}&category=vital-signs&date=${day}&_elements=subject&_count=1000`);
  return new Set(found.flatMap(({ subject }) => (subject?.reference ? [subject.reference] : [])));
}
