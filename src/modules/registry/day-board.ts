import type { Encounter, Location, PractitionerRole } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { describeBookings, participantOf, shortOf, type StoredAppointment } from './bookings.ts';
import type { Booking, DayAnswer, DoctorDay } from './contract.ts';
import { dayAt, instantOf } from './day-time.ts';
import { freeStarts } from './rules.ts';

type StoredRole = PractitionerRole & { id: string };
const defaultHours = { from: 8 * 60, to: 20 * 60 };
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** The day of the caller's clinic: its doctors, who is booked with whom and how far it has come, and the free times. */
export async function readDay(ctx: Ctx, wanted: string | undefined): Promise<DayAnswer> {
  const organization = ctx.actor.organization;
  const zone = await zoneOf(ctx, organization);
  const date = wanted ?? dayAt(ctx.now, zone);
  const answer: DayAnswer = { date, zone, now: ctx.now.toISOString(), doctors: [] };
  if (!organization) return answer;
  const roles = (await ctx.store.search('PractitionerRole', `organization=${organization}&_count=1000`)).matches.map(({ content }) => JSON.parse(content) as StoredRole);
  const appointments = await appointmentsOf(ctx, roles.map((role) => `PractitionerRole/${role.id}`), instantOf(date, 0, zone), instantOf(date, 24 * 60, zone));
  const bookings = await describeBookings(ctx, appointments, await inRoom(ctx, organization, date, zone));
  const rooms = new Map((await ctx.store.readMany([...new Set(roles.flatMap((role) => role.location?.[0]?.reference ?? []))])).map((stored) => [`Location/${stored.id}`, (JSON.parse(stored.content) as Location).name]));
  answer.doctors = roles
    .filter((role) => role.active !== false)
    .map((role) => doctorDay(role, bookings.filter((_, at) => participantOf(appointments[at]!, 'PractitionerRole')?.reference === `PractitionerRole/${role.id}`), { date, zone, now: ctx.now, room: rooms.get(role.location?.[0]?.reference ?? '') }))
    .filter((doctor) => doctor.bookings.length > 0 || isDoctor(doctor.post))
    .sort((a, b) => Number(b.bookings.length > 0) - Number(a.bookings.length > 0) || a.name.localeCompare(b.name, 'ru'));
  return answer;
}

export function isDoctor(post: string): boolean {
  return /^(врач|фельдшер|зубной врач)/i.test(post);
}

/** Appointments of these doctors that begin in the given time, by their start. */
export async function appointmentsOf(ctx: Ctx, roles: readonly string[], from: number, to: number): Promise<StoredAppointment[]> {
  if (roles.length === 0) return [];
  const found: StoredAppointment[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = `actor=${roles.join(',')}&date=ge${new Date(from).toISOString()}&date=lt${new Date(to).toISOString()}&_count=500`;
    const page = await ctx.store.search('Appointment', cursor === undefined ? query : `${query}&_cursor=${encodeURIComponent(cursor)}`);
    found.push(...page.matches.map(({ content }) => JSON.parse(content) as StoredAppointment));
    cursor = page.next;
    if (cursor === undefined) break;
  }
  return found.sort((a, b) => Date.parse(a.start ?? '') - Date.parse(b.start ?? ''));
}

/** The zone of the clinic's site. */
export async function zoneOf(ctx: Ctx, organization: string | undefined): Promise<string> {
  const sites = organization ? (await ctx.store.search('Location', `organization=${organization}&_count=1`)).matches : [];
  const site = sites[0] && (JSON.parse(sites[0].content) as Location);
  return site?.extension?.find(({ url }) => url === 'http://hl7.org/fhir/StructureDefinition/timezone')?.valueCode ?? 'Europe/Moscow';
}

async function inRoom(ctx: Ctx, organization: string, date: string, zone: string): Promise<Set<string>> {
  const { matches } = await ctx.store.search('Encounter', `service-provider=${organization}&status=in-progress&date=ge${new Date(instantOf(date, 0, zone)).toISOString()}&_count=500`);
  return new Set(matches.flatMap(({ content }) => (JSON.parse(content) as Encounter).appointment?.flatMap(({ reference }) => reference?.slice('Appointment/'.length) ?? []) ?? []));
}

function doctorDay(role: StoredRole, bookings: Booking[], day: { date: string; zone: string; now: Date; room: string | undefined }): DoctorDay {
  const name = role.practitioner?.display ?? '';
  const minutes = bookings[0]?.minutes ?? 15;
  return {
    role: `PractitionerRole/${role.id}`,
    name,
    shortName: shortOf(name),
    post: role.code?.[0]?.text ?? '',
    district: role.extension?.find(({ url }) => url === 'urn:karta:district')?.valueString,
    room: day.room,
    minutes,
    bookings,
    free: freeOf(role, bookings, minutes, day),
  };
}

function freeOf(role: StoredRole, bookings: readonly Booking[], minutes: number, { date, zone, now }: { date: string; zone: string; now: Date }): string[] {
  const taken = bookings.filter(({ state }) => state !== 'cancelled' && state !== 'noshow').map(({ start, end }) => ({ start: Date.parse(start), end: Date.parse(end) }));
  return hoursOf(role, date)
    .flatMap(({ from, to }) => freeStarts({ from: instantOf(date, from, zone), to: instantOf(date, to, zone), minutes, taken, now: now.getTime() }))
    .map((start) => new Date(start).toISOString());
}

/** Hours as the post says them; from eight to eight where it says nothing. */
function hoursOf(role: StoredRole, date: string): { from: number; to: number }[] {
  if (!role.availableTime) return [defaultHours];
  const weekday = weekdays[new Date(`${date}T12:00:00Z`).getUTCDay()]!;
  const minutes = (time: string | undefined, otherwise: number) => (time ? Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) : otherwise);
  return role.availableTime
    .filter(({ daysOfWeek }) => !daysOfWeek || daysOfWeek.includes(weekday))
    .map(({ allDay, availableStartTime, availableEndTime }) => (allDay ? { from: 0, to: 24 * 60 } : { from: minutes(availableStartTime, defaultHours.from), to: minutes(availableEndTime, defaultHours.to) }));
}
