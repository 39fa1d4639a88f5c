import type { Appointment, CarePlan, ServiceRequest } from '@medplum/fhirtypes';
import { addDays, dayOf, lastDayOf } from './calendar.ts';
import type { Due } from './contract.ts';

type WithId<T> = T & { id: string };

export interface DueSources {
  plans: readonly WithId<CarePlan>[];
  referrals: readonly WithId<ServiceRequest>[];
  bookings: readonly WithId<Appointment>[];
}

/** So near a thing is «soon», else «later». */
const soonDays = 90;
/** A referral without a date is expected to be used within so many days. */
const referralDays = 30;

/** What is due and since when overdue: planned follow-up, referrals not yet used, bookings ahead. The most urgent first. */
export function dueItems({ plans, referrals, bookings }: DueSources, today: string, zone: string): Due[] {
  const items = [...plans.flatMap((plan) => ofPlan(plan, today, zone)), ...referrals.flatMap((each) => ofReferral(each, bookings, today, zone)), ...bookings.flatMap((each) => ofBooking(each, referrals, today, zone))];
  const rank = { overdue: 0, now: 1, soon: 2, later: 3 } as const;
  return items.sort((a, b) => rank[a.state] - rank[b.state] || (a.till ?? a.from ?? '').localeCompare(b.till ?? b.from ?? '') || a.id.localeCompare(b.id));
}

/** Where today stands to a span of days. Overdue begins the day after its end. */
export function dueState(from: string | undefined, till: string | undefined, today: string): Due['state'] {
  if (till !== undefined && till < today) return 'overdue';
  if (from === undefined || from <= today) return 'now';
  return from <= addDays(today, soonDays) ? 'soon' : 'later';
}

function ofPlan(plan: WithId<CarePlan>, today: string, zone: string): Due[] {
  if (plan.status !== 'active') return [];
  return (plan.activity ?? []).flatMap(({ detail }, at) => {
    if (!detail || ['completed', 'cancelled', 'stopped', 'entered-in-error', 'in-progress'].includes(detail.status)) return [];
    const text = detail.description ?? detail.code?.text;
    const period = detail.scheduledPeriod;
    if (!text || !period) return [];
    return [due(`${plan.id}-${at}`, 'plan', text, period.start && dayOf(period.start, zone), period.end && lastDayOf(period.end, zone), today)];
  });
}

function ofReferral(referral: WithId<ServiceRequest>, bookings: readonly Appointment[], today: string, zone: string): Due[] {
  if (referral.status !== 'active') return [];
  // A referral with a booking is the booking's business.
  if (bookings.some((each) => isAhead(each) && each.basedOn?.some(({ reference }) => reference === `ServiceRequest/${referral.id}`))) return [];
  const text = referral.code?.text ?? referral.code?.coding?.[0]?.display;
  if (!text) return [];
  const till = referral.occurrencePeriod?.end ?? referral.occurrenceDateTime;
  const last = till ? lastDayOf(till, zone) : referral.authoredOn && addDays(dayOf(referral.authoredOn, zone), referralDays);
  return [due(referral.id, 'referral', text, referral.authoredOn && dayOf(referral.authoredOn, zone), last, today, referral.performer?.[0]?.display)];
}

function ofBooking(booking: WithId<Appointment>, referrals: readonly WithId<ServiceRequest>[], today: string, zone: string): Due[] {
  if (!isAhead(booking) || !booking.start) return [];
  const day = dayOf(booking.start, zone);
  if (day < today) return [];
  const asked = referrals.find((each) => booking.basedOn?.some(({ reference }) => reference === `ServiceRequest/${each.id}`));
  const text = asked?.code?.text ?? booking.reasonCode?.[0]?.text ?? booking.description ?? booking.serviceType?.[0]?.text ?? '';
  const place = booking.participant.find(({ actor }) => actor?.reference?.startsWith('Location/'))?.actor?.display;
  return [{ ...due(booking.id, 'booking', text, booking.start, booking.start, today, place), state: day === today ? 'now' : dueState(day, undefined, today) }];
}

const isAhead = ({ status }: Appointment) => ['booked', 'arrived', 'checked-in', 'pending', 'proposed'].includes(status);

function due(id: string, kind: Due['kind'], text: string, from: string | undefined, till: string | undefined, today: string, note?: string): Due {
  return { id, kind, text, ...(from ? { from } : {}), ...(till ? { till } : {}), ...(note ? { note } : {}), state: dueState(from, till, today) };
}
