import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Button, Empty, RefusalNotice, Skeleton, formatTime, formatWeekday, useLanguage, usePageSearch, useRead, useWords } from '../../../ui/index.ts';
import type { Booking, DayAnswer, DoctorDay } from '../contract.ts';
import { BookingDialog, type Wish } from './booking-dialog.tsx';
import { BookingRow } from './booking-row.tsx';
import css from './registry.module.css';
import { useBookingActs, type MarkAct } from './use-booking-acts.ts';
import { words } from './words.ts';

/** The moment, renewed every half minute: waiting times move by themselves. */
export function useMoment(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const shifted = (date: string, days: number) => new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** The clinic's day by doctor: who is booked, has come, waits since when; free times that one press books. */
export function DayBoard() {
  const t = useWords(words);
  const language = useLanguage();
  const now = useMoment();
  const [search, setSearch] = usePageSearch<{ date?: string; doctor?: string }>();
  const path = search.date ? `/registry/day?date=${search.date}` : '/registry/day';
  const day = useRead<DayAnswer>(path, { types: ['Appointment', 'Encounter', 'Slot'], everySeconds: 60, keepLast: true });
  const act = useBookingActs(path);
  const [wish, setWish] = useState<Wish | undefined>();
  if (day.error) return <RefusalNotice error={day.error} onAgain={() => void day.refetch()} />;
  if (!day.data) return <Skeleton lines={10} />;
  const { date, zone, doctors } = day.data;
  const shown = search.doctor ? doctors.filter(({ role }) => role === search.doctor) : doctors;
  const all = shown.flatMap(({ bookings }) => bookings).filter(({ state }) => state !== 'cancelled');
  const came = all.filter(({ state }) => state === 'arrived' || state === 'in-room' || state === 'fulfilled').length;
  const move = (days: number) => setSearch({ date: shifted(date, days) });
  return (
    <div className={css.stack}>
      <div className={css.head}>
        <h1>{formatWeekday(date, { language })}</h1>
        <small role="status">{t.day(all.length, came)}</small>
        <select className={css.select} aria-label={t.doctor} value={search.doctor ?? ''} onChange={(event) => setSearch({ doctor: event.target.value || undefined })}>
          <option value="">{t.allDoctors}</option>
          {doctors.map((doctor) => <option key={doctor.role} value={doctor.role}>{doctor.shortName}</option>)}
        </select>
        <ActionIcon variant="default" aria-label={t.previous} title={t.previous} onClick={() => move(-1)}><IconChevronLeft size={16} /></ActionIcon>
        <Button small onClick={() => setSearch({ date: undefined })}>{t.today}</Button>
        <ActionIcon variant="default" aria-label={t.next} title={t.next} onClick={() => move(1)}><IconChevronRight size={16} /></ActionIcon>
      </div>
      {shown.length === 0 ? <Empty title={t.noDoctors}>{t.noDoctorsHint}</Empty> : shown.map((doctor) => (
        <DoctorColumn key={doctor.role} doctor={doctor} now={now} zone={zone} onAct={(booking, wanted) => act.run({ booking, act: wanted })} onMove={(booking) => setWish({ move: booking, date, role: doctor.role })} onFree={(start) => setWish({ date, role: doctor.role, start })} />
      ))}
      {wish ? <BookingDialog wish={wish} onClose={() => setWish(undefined)} /> : null}
    </div>
  );
}

function DoctorColumn({ doctor, now, zone, onAct, onMove, onFree }: { doctor: DoctorDay; now: Date; zone: string; onAct: (booking: Booking, act: MarkAct) => void; onMove: (booking: Booking) => void; onFree: (start: string) => void }) {
  const t = useWords(words);
  const [all, setAll] = useState(false);
  const isPast = ({ state, end }: Booking) => (state === 'fulfilled' || state === 'noshow' || state === 'cancelled') && Date.parse(end) < now.getTime();
  const past = doctor.bookings.filter(isPast);
  const rows = all ? doctor.bookings : doctor.bookings.filter((booking) => !isPast(booking));
  return (
    <section className={css.doctor} aria-label={doctor.name}>
      <div className={css.doctorHead}>
        <h2>{doctor.name}</h2>
        <small>{[doctor.post, doctor.room, doctor.district ? t.district(doctor.district) : ''].filter(Boolean).join(' · ')}</small>
      </div>
      <div className={css.free}>
        <small>{t.freeTimes}:</small>
        {doctor.free.length === 0 ? <small>{t.noFree}</small> : doctor.free.slice(0, 6).map((start) => (
          <button key={start} type="button" className={css.time} aria-label={`${t.book(formatTime(start, zone))}: ${doctor.shortName}`} onClick={() => onFree(start)}>{formatTime(start, zone)}</button>
        ))}
        {doctor.free.length > 6 ? <small>{t.more(doctor.free.length - 6)}</small> : null}
      </div>
      {doctor.bookings.length === 0 ? null : (
        <div className={css.rows}>
          {past.length > 0 ? <button type="button" className={css.pastToggle} aria-expanded={all} onClick={() => setAll(!all)}>{all ? t.hidePast : t.past(past.length)}</button> : null}
          <div role="list">
            {rows.map((booking) => <BookingRow key={booking.id} booking={booking} now={now} zone={zone} onAct={(wanted) => onAct(booking, wanted)} onMove={() => onMove(booking)} />)}
          </div>
        </div>
      )}
    </section>
  );
}
