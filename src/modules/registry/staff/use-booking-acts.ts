import { api, toast, useAct, useWords } from '../../../ui/index.ts';
import type { Booking, BookingState, DayAnswer } from '../contract.ts';
import type { BookingAct } from '../rules.ts';
import { words } from './words.ts';

export type MarkAct = Exclude<BookingAct, 'move'>;
const stateAfter: Readonly<Record<MarkAct, BookingState>> = { arrive: 'arrived', cancel: 'cancelled', 'no-show': 'noshow', restore: 'booked' };

/** Marks on the board: shown at once, taken back with the reason if the server refuses; each can be undone for a while. */
export function useBookingActs(dayPath: string) {
  const t = useWords(words);
  const act = useAct(({ booking, act: wanted }: { booking: Booking; act: MarkAct }, call) => api.post<Booking>(`/appointments/${booking.id}/${wanted}`, {}, call), {
    expect: ({ booking, act: wanted }) => [{
      path: dayPath,
      change: (last: DayAnswer): DayAnswer => ({
        ...last,
        doctors: last.doctors.map((doctor) => ({
          ...doctor,
          bookings: doctor.bookings.map((one) => (one.id === booking.id ? { ...one, state: stateAfter[wanted], arrivedAt: wanted === 'arrive' ? new Date().toISOString() : undefined } : one)),
        })),
      }),
    }],
    renews: ['/registry/patients', dayPath],
    onDone: (_answer, { booking, act: wanted }) => {
      const name = booking.patient?.shortName ?? '';
      const said = { arrive: t.marked, cancel: t.cancelledToast, 'no-show': t.noShowToast, restore: undefined }[wanted];
      if (said) toast(said(name), { onUndo: () => act.run({ booking, act: 'restore' }) });
    },
    onRefused: (refusal) => toast(refusal.sentence, { tone: 'danger', seconds: 8 }),
  });
  return act;
}
