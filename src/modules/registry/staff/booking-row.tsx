import { ActionIcon, Menu } from '@mantine/core';
import { IconBan, IconCalendarTime, IconCircleCheck, IconClock, IconDots, IconDoorEnter, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import { Button, Chip, Go, formatAge, formatTime, formatWait, useLanguage, useWords, type Tone } from '../../../ui/index.ts';
import { titlePagePath } from '../../patients/paths.ts';
import type { Booking } from '../contract.ts';
import { nextAct, reasonText, refusalOfAct } from '../rules.ts';
import css from './registry.module.css';
import type { MarkAct } from './use-booking-acts.ts';
import { words } from './words.ts';

export interface BookingRowProps {
  booking: Booking;
  now: Date;
  zone: string;
  onAct: (act: MarkAct) => void;
  onMove: () => void;
  /** The doctor stands on the row (a person's list) instead of the person. */
  ofPerson?: boolean;
  day?: string;
}

/** One booking: time, who, state in a word with its sign and since when, the one act that is next. */
export function BookingRow({ booking, now, zone, onAct, onMove, ofPerson = false, day }: BookingRowProps) {
  const t = useWords(words);
  const language = useLanguage();
  const { state, patient } = booking;
  const next = nextAct(state);
  const reason = (act: MarkAct | 'move') => {
    const refusal = refusalOfAct(act, booking, now);
    return refusal && reasonText(refusal, language);
  };
  const title = ofPerson ? (booking.doctor?.shortName ?? '') : patient ? patient.name : '';
  const about = ofPerson ? [day, booking.doctor?.post, booking.room, booking.reason] : [patient?.birthDate ? formatAge(patient.birthDate, { language, now }) : '', booking.reason, state === 'booked' ? booking.comment : ''];
  const acts: MarkAct[] = ['no-show', 'cancel'];
  return (
    <div className={css.row} data-now={state === 'in-room' || undefined} data-past={state === 'fulfilled' || state === 'noshow' || state === 'cancelled' || undefined} role="listitem">
      <time dateTime={booking.start}>{formatTime(booking.start, zone)}</time>
      <span>
        {ofPerson || !patient ? <span className={css.who}>{title}</span> : <Go to={titlePagePath(patient.id)} className={css.who}>{title}</Go>}
        <small className={css.about}>{about.filter(Boolean).join(' · ')}</small>
      </span>
      <State booking={booking} now={now} />
      <span className={css.acts}>
        {next && next !== 'move' ? <Button small kind={next === 'arrive' ? 'plain' : 'quiet'} reason={reason(next)} label={`${next === 'arrive' ? t.arrive : t.restore}: ${title}`} onClick={() => onAct(next)}>{next === 'arrive' ? t.arrive : t.restore}</Button> : null}
        {state === 'booked' || state === 'arrived' ? (
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon variant="subtle" aria-label={`${t.actions}: ${title}`}><IconDots size={16} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item disabled={reason('move') !== undefined} title={reason('move')} onClick={onMove}>{t.move}</Menu.Item>
              {acts.map((act) => <Menu.Item key={act} disabled={reason(act) !== undefined} title={reason(act)} onClick={() => onAct(act)}>{act === 'cancel' ? t.cancel : t.noShow}</Menu.Item>)}
              {state === 'arrived' ? <Menu.Item onClick={() => onAct('restore')}>{t.restore}</Menu.Item> : null}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </span>
    </div>
  );
}

function State({ booking, now }: { booking: Booking; now: Date }) {
  const t = useWords(words);
  const language = useLanguage();
  const { state, patient } = booking;
  const woman = patient?.sex === 'female';
  const late = now.getTime() - Date.parse(booking.start);
  if (state === 'booked' && late > 5 * 60_000 && late < 12 * 3_600_000) return <Chip tone="attention" icon={<IconClock aria-hidden="true" />}>{t.late(formatWait(booking.start, { language, now }))}</Chip>;
  const [tone, Icon, text] = {
    booked: ['plain', IconCalendarTime, woman ? t.bookedF : t.booked],
    arrived: ['attention', IconUserCheck, booking.arrivedAt ? t.arrived(formatWait(booking.arrivedAt, { language, now })) : t.arrivedPlain],
    'in-room': ['accent', IconDoorEnter, t['in-room']],
    fulfilled: ['done', IconCircleCheck, woman ? t.fulfilledF : t.fulfilled],
    noshow: ['danger', IconUserOff, t.noshow],
    cancelled: ['plain', IconBan, t.cancelled],
  }[state] as [Tone, typeof IconBan, string];
  return <Chip tone={tone} icon={<Icon aria-hidden="true" />}>{text}</Chip>;
}
