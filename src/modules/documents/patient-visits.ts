import type { Appointment, Encounter, Location } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { WithId } from './content.ts';
import type { DocumentLine, NextVisit, VisitLine } from './contract.ts';
import { listDocuments, demandOwnCard } from './list-documents.ts';
import { readNames, type Names } from './people.ts';

const dayMilliseconds = 86_400_000;

/** Visits of a patient: what is to come (the nearest first), then what was (the newest first), each with its documents. */
export async function listVisits(ctx: Ctx, patient: string): Promise<{ coming: VisitLine[]; past: VisitLine[] }> {
  demandOwnCard(ctx, patient);
  const [appointments, encounters, { documents }] = await Promise.all([readAppointments(ctx, patient), readEncounters(ctx, patient), listDocuments(ctx, patient)]);
  const places = await readPlaces(ctx, [...appointments.flatMap(referencesOf), ...encounters.flatMap((each) => [...(each.participant ?? []).map((one) => one.individual?.reference), each.serviceProvider?.reference])]);
  const held = new Set(encounters.flatMap((each) => each.appointment?.map((one) => one.reference) ?? []));
  const lines = [
    ...appointments.filter((each) => !held.has(`Appointment/${each.id}`)).flatMap((each) => appointmentLine(each, places, ctx.now)),
    ...encounters.map((each) => encounterLine(each, appointments, places, documents.filter((one) => one.encounter === each.id && one.status === 'current'))),
  ];
  const isComing = (line: VisitLine): boolean => line.state === 'coming' || line.state === 'now';
  return {
    coming: lines.filter(isComing).toSorted((a, b) => a.date.localeCompare(b.date)),
    past: lines.filter((line) => !isComing(line)).toSorted((a, b) => b.date.localeCompare(a.date)),
  };
}

/** The nearest booking that is still to come. */
export async function nextVisit(ctx: Ctx, patient: string): Promise<NextVisit | undefined> {
  const appointments = (await readAppointments(ctx, patient)).filter((each) => isOpen(each, ctx.now)).toSorted((a, b) => (a.start ?? '').localeCompare(b.start ?? ''));
  const [first] = appointments;
  if (!first?.start) return undefined;
  const { post, doctor, ...place } = placeOf(first, await readPlaces(ctx, referencesOf(first)));
  const reason = first.reasonCode?.[0]?.text;
  return { id: first.id, start: first.start, post, doctor, ...place, ...(reason ? { reason } : {}) };
}

const isOpen = (appointment: Appointment, now: Date): boolean =>
  ['booked', 'arrived', 'checked-in', 'pending', 'proposed'].includes(appointment.status) && Date.parse(appointment.end ?? appointment.start ?? '') > now.getTime();

async function readAppointments(ctx: Ctx, patient: string): Promise<WithId<Appointment>[]> {
  return (await ctx.store.search('Appointment', `patient=Patient/${patient}&_sort=-date&_count=300`)).matches.map((each) => JSON.parse(each.content) as WithId<Appointment>);
}

async function readEncounters(ctx: Ctx, patient: string): Promise<WithId<Encounter>[]> {
  return (await ctx.store.search('Encounter', `patient=Patient/${patient}&_sort=-date&_count=1000`)).matches.map((each) => JSON.parse(each.content) as WithId<Encounter>);
}

interface Places {
  names: Names;
  locations: ReadonlyMap<string, Location>;
}

async function readPlaces(ctx: Ctx, references: readonly (string | undefined)[]): Promise<Places> {
  const rooms = [...new Set(references.filter((each) => each?.startsWith('Location/')))] as string[];
  const [names, stored] = await Promise.all([readNames(ctx, references), ctx.store.readMany(rooms)]);
  return { names, locations: new Map(stored.map((each) => [`Location/${each.id}`, JSON.parse(each.content) as Location])) };
}

const referencesOf = (appointment: Appointment): (string | undefined)[] => appointment.participant.map((each) => each.actor?.reference);

type Place = Pick<VisitLine, 'post' | 'doctor' | 'clinic' | 'room' | 'address'>;

function placeOf(appointment: Appointment, { names, locations }: Places): Place {
  const actors = appointment.participant.flatMap((each) => each.actor ?? []);
  const role = actors.find((each) => /^Practitioner(Role)?\//.test(each.reference ?? ''));
  const location = locations.get(actors.find((each) => each.reference?.startsWith('Location/'))?.reference ?? '');
  const address = location?.address?.text ?? [location?.address?.city, ...(location?.address?.line ?? [])].filter(Boolean).join(', ');
  return {
    post: names.post(role?.reference) ?? appointment.serviceType?.[0]?.text ?? '',
    doctor: names.person(role?.reference) ?? role?.display ?? '',
    clinic: names.clinic(role?.reference),
    ...(location?.name ? { room: location.name } : {}),
    ...(address ? { address } : {}),
  };
}

function appointmentLine(appointment: WithId<Appointment>, places: Places, now: Date): VisitLine[] {
  if (!appointment.start || appointment.status === 'entered-in-error') return [];
  const open = isOpen(appointment, now);
  // a booking that came and went without a visit and without a word is left out after a day
  const silent = !open && !['noshow', 'cancelled', 'fulfilled'].includes(appointment.status) && now.getTime() - Date.parse(appointment.start) > dayMilliseconds;
  if (silent) return [];
  const state = open ? 'coming' : appointment.status === 'noshow' ? 'missed' : appointment.status === 'cancelled' ? 'cancelled' : 'past';
  const reason = appointment.reasonCode?.[0]?.text;
  return [{ id: appointment.id, date: appointment.start, state, ...placeOf(appointment, places), ...(reason ? { reason } : {}), documents: [] }];
}

function encounterLine(encounter: WithId<Encounter>, appointments: readonly WithId<Appointment>[], places: Places, documents: readonly DocumentLine[]): VisitLine {
  const booking = appointments.find((each) => encounter.appointment?.some((one) => one.reference === `Appointment/${each.id}`));
  const person = encounter.participant?.map((each) => each.individual?.reference).find((each) => each?.startsWith('Practitioner/'));
  const booked: Partial<Place> = booking ? placeOf(booking, places) : {};
  const stay = encounter.class?.code === 'IMP';
  const reason = encounter.reasonCode?.[0]?.text ?? booking?.reasonCode?.[0]?.text;
  return {
    id: encounter.id,
    date: encounter.period?.start ?? '',
    ...(encounter.period?.end ? { end: encounter.period.end } : {}),
    state: encounter.status === 'in-progress' ? 'now' : encounter.status === 'cancelled' ? 'cancelled' : stay ? 'stay' : 'past',
    ...booked,
    post: booked.post || documents[0]?.author?.post || encounter.type?.[0]?.text || '',
    doctor: places.names.person(person) ?? booked.doctor ?? '',
    clinic: places.names.clinic(encounter.serviceProvider?.reference) ?? booked.clinic,
    ...(reason ? { reason } : {}),
    documents: documents.map(({ id, title }) => ({ id, title })),
  };
}
