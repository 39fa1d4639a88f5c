import { Modal } from '@mantine/core';
import { useState } from 'react';
import { Button, DateField, RefusalNotice, SelectField, Skeleton, TextField, api, formatMoment, formatTime, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { PersonAnswer } from '../../patients/contract.ts';
import { PatientPicker } from '../../patients/parts.tsx';
import type { Booking, DayAnswer } from '../contract.ts';
import css from './registry.module.css';
import { words } from './words.ts';

export interface Wish {
  date?: string | undefined;
  role?: string | undefined;
  start?: string | undefined;
  patient?: PersonAnswer | undefined;
  /** This booking is moved instead of a new one made. */
  move?: Booking | undefined;
}

/** A free time for a person: doctor, day, time, reason. The same for moving a booking. */
export function BookingDialog({ wish, onClose }: { wish: Wish; onClose: () => void }) {
  const t = useWords(words);
  return (
    <Modal opened onClose={onClose} title={wish.move ? `${t.move} ${wish.move.patient?.shortName ?? ''}` : t.bookVisit} size={560} closeButtonProps={{ 'aria-label': t.close }}>
      <BookingForm wish={wish} onDone={onClose} />
    </Modal>
  );
}

export function BookingForm({ wish, onDone }: { wish: Wish; onDone: () => void }) {
  const t = useWords(words);
  const language = useLanguage();
  const [patient, setPatient] = useState(wish.patient ?? wish.move?.patient);
  const [role, setRole] = useState(wish.role ?? '');
  const [date, setDate] = useState(wish.date);
  const [start, setStart] = useState(wish.start);
  const [reason, setReason] = useState('');
  const path = date?.length === 10 ? `/registry/day?date=${date}` : '/registry/day';
  const day = useRead<DayAnswer>(path, { types: ['Appointment'], keepLast: true });
  const zone = day.data?.zone;
  const doctor = day.data?.doctors.find((one) => one.role === role) ?? (role ? undefined : day.data?.doctors[0]);
  const chosen = doctor && start && doctor.free.includes(start) ? start : undefined;
  const act = useAct(async (_: void, call) => {
    if (wish.move) return api.post<Booking>(`/appointments/${wish.move.id}/move`, { role: doctor!.role, start: chosen }, call);
    return api.post<Booking>('/appointments', { patient: patient!.id, role: doctor!.role, start: chosen, minutes: doctor!.minutes, ...(reason.trim() ? { reason: reason.trim() } : {}) }, call);
  }, {
    renews: ['/registry/day', '/registry/patients'],
    onDone: (booking) => {
      const when = formatMoment(booking.start, { language, zone });
      toast(wish.move ? t.moved(when) : t.bookedToast(when));
      onDone();
    },
  });
  if (!day.data) return <Skeleton lines={4} />;
  return (
    <div className={css.bookGrid}>
      {act.refusal ? <RefusalNotice error={act.refusal} /> : null}
      {wish.patient || wish.move ? null : <PatientPicker value={patient} onChange={setPatient} autoFocus />}
      <SelectField label={t.doctor} value={doctor?.role ?? ''} options={day.data.doctors.map((one) => ({ value: one.role, text: `${one.shortName}, ${one.post}` }))} onChange={setRole} />
      <DateField label={t.date} future value={date ?? day.data.date} onChange={setDate} />
      <div className={css.free} role="group" aria-label={t.freeTimes}>
        {doctor && doctor.free.length > 0
          ? doctor.free.map((one) => <button key={one} type="button" className={css.time} aria-pressed={one === chosen} onClick={() => setStart(one)}>{formatTime(one, zone)}</button>)
          : <small>{t.noFree}</small>}
      </div>
      {wish.move ? null : <TextField label={t.reason} optional value={reason} onChange={setReason} placeholder={t.reasonExample} />}
      <div className={css.free}>
        <Button kind="main" busy={act.busy} reason={patient === undefined ? t.find : chosen ? undefined : t.chooseTime} onClick={() => act.run()}>{chosen ? (wish.move ? t.moveHere : t.book)(formatTime(chosen, zone)) : t.chooseTime}</Button>
        <Button kind="quiet" onClick={onDone}>{t.close}</Button>
      </div>
    </div>
  );
}
