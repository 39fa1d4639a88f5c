import type { Appointment, Encounter, Resource } from '@medplum/fhirtypes';
import type { DemoTime } from './demo-time.ts';
import { episode, growth, measureAt, nurseOf, visit } from './histories.ts';
import type { History } from './histories.ts';
import { demoMeta, ref } from './marks.ts';
import { nameOf, patientRef, personById } from './people.ts';
import { profiles } from './profiles.ts';
import { clinics } from './organizations.ts';
import { roleOf, shortName, staffMember } from './staff.ts';
import { labValue } from './values.ts';

interface Booking {
  patient: string;
  /** What the line of the day says. */
  reason: string;
  first?: boolean;
  by: 'registry' | 'gosuslugi' | 'doctor';
}

interface Day {
  doctor: string;
  /** Minutes of one visit. */
  slot: number;
  /** Who is before the doctor right now; the others stand before and after in this order. */
  now: Booking;
  others: readonly Booking[];
  /** The one before `now` came and went without a signed document; others stay away. */
  postponed?: string;
  absent?: string;
  /** Still to come, however late it is. */
  waiting?: string;
}

const b = (patient: string, reason: string, by: Booking['by'] = 'registry', first = false): Booking => ({ patient, reason, by, ...(first ? { first } : {}) });

const days: readonly Day[] = [
  {
    doctor: 'demo-sokolova', slot: 15, postponed: 'lebedev', absent: 'tsoi',
    now: b('ivanova', 'Повторный приём: давление, результаты анализов', 'doctor'),
    others: [
      b('gromov', 'Повторный приём: боль в пояснице'), b('fedorova', 'Первичный приём: слабость', 'gosuslugi', true), b('lebedev', 'Повторный приём: одышка', 'doctor'), b('kuznetsov', 'Справка для бассейна'),
      b('alekseeva', 'Первичный приём: головная боль', 'gosuslugi', true), b('melnik', 'Повторный приём: результаты готовы', 'doctor'), b('tsoi', 'Повторный приём: астма', 'gosuslugi'), b('semyonova', 'Повторный приём: результаты ТТГ'),
      b('galieva', 'Повторный приём: изжога', 'gosuslugi'), b('sarkisyan', 'Кашель, одышка', 'registry', true), b('abdullin', 'Диспансерный осмотр', 'doctor'), b('nikiforova', 'Повторный приём: отёки'), b('long-name', 'Профилактический осмотр', 'gosuslugi', true),
    ],
  },
  {
    doctor: 'demo-gordeev', slot: 20, waiting: 'ivanova',
    now: b('ershov', 'Повторный приём: сердечная недостаточность', 'doctor'),
    others: [b('zaitsev', 'Первичный приём по направлению', 'registry', true), b('nikiforova', 'Повторный приём: фибрилляция предсердий', 'doctor'), b('melnik', 'Первичный приём по направлению', 'gosuslugi', true), b('khasanova', 'Повторный приём'), b('ershova', 'Повторный приём: давление'), b('ivanova', 'Консультация по направлению: стенокардия, ЛПНП выше цели')],
  },
  {
    doctor: 'demo-vinogradova', slot: 15, absent: 'polyakova',
    now: b('volkov-child', 'Кашель, температура', 'gosuslugi', true),
    others: [b('fedorov-twin-1', 'Плановый осмотр'), b('fedorov-twin-2', 'Плановый осмотр'), b('khakimov', 'Справка в секцию', 'gosuslugi'), b('polyakova', 'Профилактический осмотр'), b('osipov', 'Боль в ухе', 'registry', true), b('danilova', 'Повторный приём: астма', 'doctor'), b('volkov-newborn', 'Осмотр новорождённого', 'doctor')],
  },
  {
    doctor: 'demo-pavlov', slot: 15,
    now: b('sidorov', 'Перевязка после удаления липомы', 'doctor'),
    others: [b('novikov', 'Ушиб кисти', 'registry', true), b('bondarenko', 'Первичный приём: варикоз', 'gosuslugi', true), b('kharitonov', 'Вросший ноготь'), b('yakovlev', 'Паховая грыжа: решение об операции', 'doctor'), b('smirnov-1', 'Осмотр раны', 'doctor')],
  },
];

const bookedBy = { registry: 'Записан регистратурой', gosuslugi: 'Записан через Госуслуги', doctor: 'Записан врачом' };
const clinicName = new Map(clinics.map((clinic) => [clinic.id, clinic.name]));

/** Instant at which a patient came to the clinic; stands on an Appointment from `arrived` on. */
export const arrivedAt = 'urn:karta:arrived';

type State = 'fulfilled' | 'arrived' | 'noshow' | 'booked';

/** Today's bookings of the four doctors, in every state, around `now`; what was done today is there with its values. */
export function demoToday(time: DemoTime): History {
  const resources: Resource[] = [];
  const notes: History['notes'] = [];
  for (const day of days) {
    const doctor = staffMember(day.doctor);
    const count = day.others.length + 1;
    const current = Math.floor(time.minutesToday / day.slot) * day.slot;
    // Near midnight the day slides, so that all of it stays today.
    const earliest = Math.max(0, Math.min(current - 3 * day.slot, 1440 - count * day.slot));
    const start = earliest - (earliest % day.slot);
    const place = Math.min(count - 1, Math.floor((time.minutesToday - start) / day.slot));
    const line = [...day.others.slice(0, place), day.now, ...day.others.slice(place)];
    line.forEach((booking, i) => {
      const person = personById(booking.patient);
      const from = start + i * day.slot;
      const state: State = i < place ? (booking.patient === day.postponed || booking.patient === day.waiting ? 'arrived' : booking.patient === day.absent ? 'noshow' : 'fulfilled') : i <= place + 1 ? 'arrived' : 'booked';
      const id = `demo-today-${doctor.id.replace('demo-', '')}-${person.id}`;
      const appointment: Appointment = {
        resourceType: 'Appointment', id, meta: demoMeta, status: state,
        ...(state === 'arrived' || state === 'fulfilled' ? { extension: [{ url: arrivedAt, valueDateTime: time.at(0, Math.max(0, Math.min(from - 9, time.minutesToday - 2))) }] } : {}),
        serviceType: [{ text: 'Приём врача' }],
        appointmentType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0276', code: booking.first ? 'ROUTINE' : 'FOLLOWUP' }], text: booking.first ? 'Первичный' : 'Повторный' },
        reasonCode: [{ text: booking.reason }],
        description: booking.reason,
        comment: bookedBy[booking.by],
        start: time.at(0, from), end: time.at(0, from + day.slot), minutesDuration: day.slot, created: time.date(3 + (i % 9)),
        participant: [
          { actor: ref(patientRef(person), nameOf(person)), required: 'required', status: 'accepted' },
          { actor: ref(roleOf(doctor), shortName(doctor)), required: 'required', status: 'accepted' },
          ...(doctor.room ? [{ actor: ref<never>(`Location/${doctor.room}`, clinicName.get(doctor.clinic)), status: 'accepted' as const }] : []),
        ],
        ...(booking.patient === 'ivanova' && day.doctor === 'demo-gordeev' ? { basedOn: [ref('ServiceRequest/demo-ivanova-cardiologist', 'Консультация кардиолога')] } : {}),
      };
      resources.push(appointment);
      const done = i < place && state !== 'noshow' && booking.patient !== day.waiting;
      if (!done) return;
      const profile = person.profile === 'own' || person.profile === 'newborn' ? profiles.healthy : profiles[person.profile];
      const plan = { id: `${id}-visit`, person, doctor, nurse: nurseOf(doctor), daysAgo: 0, minutes: from, reason: { ...profile.reasons[0]! }, episode: `${id}-case`, appointment: id };
      const { encounter, condition, note } = visit(plan, time);
      const grown = growth(Array.isArray(person.age) ? person.age[0] + 0.5 : person.age.days / 365);
      const vitals = from >= 8 ? measureAt(plan, time, { pressure: profile.pressure, pulse: profile.pulse, weight: profile.weight || grown.weight, height: grown.height, temperature: 36.6 }) : [];
      resources.push(episode(plan.episode, person, doctor, time.date(0), undefined));
      if (state === 'fulfilled') {
        resources.push(encounter, ...(condition ? [condition] : []), ...vitals);
        notes.push(note);
      } else {
        const { diagnosis: _, ...open } = encounter;
        const begun: Encounter = { ...open, status: 'in-progress', period: { start: encounter.period!.start! } };
        resources.push(begun, ...vitals);
      }
    });
  }
  // A critical value that waits for the doctor.
  resources.push(labValue('potassium', 6.1, { id: 'demo-today-lebedev-potassium', patient: 'Patient/demo-lebedev', at: time.fromNow(-75), by: 'Practitioner/demo-maslov' }, { critical: true }));
  return { resources, notes };
}
