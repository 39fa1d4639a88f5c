import type { Appointment, Condition, Encounter, Flag, Patient } from '@medplum/fhirtypes';
import { relationOf } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import { allergyFacts } from './allergy-facts.ts';
import { buildMeasures } from './build-measures.ts';
import { addDays, dayIn, dayOf } from './calendar.ts';
import type { CardAnswer, Problem, Today } from './contract.ts';
import { lineState } from './day-line.ts';
import { dueItems } from './due-items.ts';
import { find } from './find.ts';
import { groupMedicines } from './group-medicines.ts';
import { openPerson } from './open-person.ts';
import type { ChartParts } from './parts.ts';
import { districtOf, identifierOf, personOf } from './person.ts';
import { readCurrent } from './read-current.ts';
import { readTimeline } from './read-timeline.ts';

/** Items of the axis that the first page shows. */
const recentItems = 6;

/** Everything that the first page of the card shows, in one answer; where the record is closed, the person and how access is gained. */
export async function readCard(ctx: Ctx, { zone }: ChartParts, id: string): Promise<CardAnswer> {
  const [{ patient, of }, relation] = await Promise.all([openPerson(ctx, id), relationOf(ctx, id)]);
  if (!relation.open) return { open: false, person: personOf(patient), ways: relation.ways };
  const today = dayIn(ctx.now, zone);
  const [{ allergies, conditions, requests, vitals, laboratory, plans, referrals, bookings }, flags, visits, timeline] = await Promise.all([
    readCurrent(ctx, of, today),
    find(ctx, 'Flag', `${of}&_count=50`),
    find(ctx, 'Encounter', `${of}&date=ge${addDays(today, -1)}&_sort=-date&_count=20`),
    readTimeline(ctx, id, { count: recentItems }),
  ]);
  const now = todayOf(ctx, bookings, visits, today, zone);
  const snils = identifierOf(patient, 'urn:identity:snils:Patient');
  const card = identifierOf(patient, 'urn:karta:card');
  const district = districtOf(patient);
  return {
    open: true,
    reasons: relation.reasons,
    ...(relation.breakGlassUntil ? { breakGlassUntil: relation.breakGlassUntil } : {}),
    banner: {
      ...personOf(patient), ...(snils ? { snils } : {}), ...(card ? { card } : {}), ...(district ? { district } : {}), ...(diedOf(patient)),
      allergies: allergyFacts(allergies),
      alerts: flags.filter(({ status }) => status === 'active').map(alertOf),
      ...(now ? { today: now } : {}),
    },
    problems: problemsOf(conditions),
    medicines: groupMedicines(requests, today, zone),
    measures: buildMeasures([...vitals, ...laboratory], ctx.language),
    due: dueItems({ plans, referrals, bookings }, today, zone),
    recent: timeline.items,
    more: timeline.next !== undefined,
    may: { editAllergies: ['doctor', 'nurse'].includes(ctx.actor.role) },
  };
}

function diedOf(patient: Patient): { died?: string } {
  if (patient.deceasedDateTime) return { died: patient.deceasedDateTime };
  return patient.deceasedBoolean ? { died: '' } : {};
}

function alertOf(flag: Flag): { text: string; since?: string } {
  return { text: flag.code.text ?? flag.code.coding?.[0]?.display ?? '', ...(flag.period?.start ? { since: flag.period.start } : {}) };
}

/** The problem list, then diagnoses of recent visits that it does not have. */
export function problemsOf(conditions: readonly (Condition & { id: string })[]): Problem[] {
  const real = conditions.filter((each) => !['entered-in-error', 'refuted'].includes(each.verificationStatus?.coding?.[0]?.code ?? ''));
  const isListed = (each: Condition) => each.category?.some((category) => category.coding?.some(({ code }) => code === 'problem-list-item')) ?? false;
  const problems = real.map((each): Problem => {
    const since = each.onsetDateTime ?? each.recordedDate;
    const by = each.recorder?.display ?? each.asserter?.display;
    const name = each.code?.coding?.[0]?.display ?? each.code?.text ?? '';
    return { id: each.id, code: each.code?.coding?.[0]?.code ?? '', text: each.code?.text ?? name, name, ...(since ? { since } : {}), ...(by ? { by } : {}), listed: isListed(each) };
  });
  const listed = problems.filter((each) => each.listed).sort((a, b) => (a.since ?? '9').localeCompare(b.since ?? '9'));
  const codes = new Set(listed.map(({ code }) => code));
  const recent = problems.filter((each) => !each.listed && !codes.has(each.code)).sort((a, b) => (b.since ?? '').localeCompare(a.since ?? ''));
  return [...listed, ...recent.filter((each, at) => recent.findIndex(({ code, text }) => code === each.code && text === each.text) === at)];
}

/** The booking that concerns the caller, else any booking of today, else a visit begun without one. */
function todayOf(ctx: Ctx, bookings: readonly (Appointment & { id: string })[], visits: readonly (Encounter & { id: string })[], today: string, zone: string): Today | undefined {
  const own = new Set([ctx.actor.reference, ctx.actor.practitionerRole]);
  const isMine = (booking: Appointment) => booking.participant.some(({ actor }) => own.has(actor?.reference));
  const lines = bookings.filter(({ start, status }) => start !== undefined && dayOf(start, zone) === today && status !== 'cancelled').flatMap((booking): Today[] => {
    const encounter = visits.find((each) => each.appointment?.some(({ reference }) => reference === `Appointment/${booking.id}`));
    const doctor = booking.participant.find(({ actor }) => actor?.reference?.startsWith('Practitioner'))?.actor?.display ?? '';
    return [{ state: lineState(booking, encounter, ctx.now), start: booking.start!, reason: booking.reasonCode?.[0]?.text ?? booking.description ?? '', doctor, appointment: booking.id, ...(encounter ? { encounter: encounter.id } : {}), mine: isMine(booking) }];
  });
  const walkIn = visits.find((each) => each.status === 'in-progress' && !each.appointment?.length && each.participant?.some(({ individual }) => own.has(individual?.reference)));
  if (walkIn) return { state: 'in-room', start: walkIn.period?.start ?? ctx.now.toISOString(), reason: walkIn.reasonCode?.[0]?.text ?? '', doctor: ctx.actor.name, encounter: walkIn.id, mine: true };
  return lines.find((line) => line.mine && line.state !== 'done') ?? lines.find((line) => line.mine) ?? lines.find((line) => line.state !== 'done') ?? lines[0];
}
