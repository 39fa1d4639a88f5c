import { IconBabyCarriage, IconBarcode } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, Go, Notice, PageBody, PageHead, Part, RefusalNotice, Skeleton, api, formatAge, formatDate, formatDay, formatPhone, keycap, toast, useAct, useGo, useHotkey, useLanguage, usePageParams, useRead, useWords } from '../../../ui/index.ts';
import type { CardAnswer, TitlePage } from '../../patients/contract.ts';
import { ConsentsPart, MergePart, ScansPart, TitlePageForm, draftOf, missingIn, pageOf, type Draft } from '../../patients/parts.tsx';
import { titlePagePath } from '../../patients/paths.ts';
import { comparePages, faultsOf, type Clash } from '../../patients/parts.tsx';
import type { Booking, DayAnswer } from '../contract.ts';
import { newbornPath } from '../paths.ts';
import { BookingDialog, BookingForm } from './booking-dialog.tsx';
import { BookingRow } from './booking-row.tsx';
import { ClashChoice } from './clash-choice.tsx';
import { useMoment } from './day-board.tsx';
import css from './registry.module.css';
import { useBookingActs } from './use-booking-acts.ts';
import { useDeskScanner } from './use-desk-scanner.ts';
import { missingWords, words } from './words.ts';

/** The title page of a person, with what the desk keeps beside it: bookings, consents, papers, doubles. No clinical text. */
export function PatientPage() {
  const { patient } = usePageParams<{ patient: string }>();
  const card = useRead<CardAnswer>(`/patients/${patient}/title-page`, { types: ['Patient', 'Coverage', 'RelatedPerson'], patient });
  useDeskScanner();
  if (card.error) return <PageBody kind="reading"><RefusalNotice error={card.error} onAgain={() => void card.refetch()} /></PageBody>;
  if (!card.data) return <PageBody><Skeleton lines={10} /></PageBody>;
  return <OpenCard key={patient} card={card.data} />;
}

function OpenCard({ card }: { card: CardAnswer }) {
  const t = useWords(words);
  const named = useWords(missingWords);
  const language = useLanguage();
  const go = useGo();
  const path = `/patients/${card.id}/title-page`;
  const day = useRead<DayAnswer>('/registry/day');
  // What both began with, when someone else changes the card meanwhile.
  const [base, setBase] = useState(card);
  const [draft, setDraft] = useState<Draft>(() => draftOf(card.page));
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const page = pageOf(draft);
  const start = pageOf(draftOf(base.page));
  const changed = JSON.stringify(page) !== JSON.stringify(start);
  const faults = faultsOf(page, new Date().toLocaleDateString('sv-SE'), language);
  const missing = missingIn(page, page.policy?.kind === 'newborn');
  /** Joins what stands in the card now with what is typed here. */
  const join = (theirs: CardAnswer) => {
    const joined = comparePages(start as TitlePage, page as TitlePage, pageOf(draftOf(theirs.page)) as TitlePage);
    setClashes(joined.clashes);
    setDraft(draftOf({ ...joined.joined, phones: joined.joined.phones ?? [], representatives: joined.joined.representatives ?? [] }));
    setBase(theirs);
  };
  if (card.version > base.version) {
    if (changed) join(card);
    else {
      setBase(card);
      setDraft(draftOf(card.page));
    }
  }
  const save = useAct((_: void, call) => api.put<CardAnswer>(path, { page, version: base.version }, call), {
    renews: [path],
    onDone: (answer) => {
      setBase(answer);
      setDraft(draftOf(answer.page));
      setClashes([]);
      toast(t.saved);
    },
    onRefused: (refusal) => {
      if (refusal.code === 'patients.changed-meanwhile') api.get<CardAnswer>(path).then(join, () => undefined);
    },
  });
  const reason = missing.length > 0 ? `${t.missing} ${missing.map((field) => named[field]).join(', ')}` : faults.length > 0 ? t.mendFirst : clashes.length > 0 ? t.clash : changed ? undefined : t.nothingToSave;
  useHotkey('ctrl+enter', () => reason === undefined && save.run(), { text: t.save });
  const facts = [
    card.birthDate ? `${formatDate(card.birthDate, { language })}, ${formatAge(card.birthDate, { language })}` : '', card.card ? t.card(card.card) : '', card.clinic, card.opened ? t.since(formatDay(card.opened, { language })) : '',
    ...card.page.phones.slice(0, 1).map(({ number }) => formatPhone(number)),
  ];
  return (
    <PageBody>
      <PageHead
        title={card.name} note={facts.filter(Boolean).join(' · ')}
        actions={
          <>
            {card.page.sex === 'female' ? <Button small kind="quiet" icon={<IconBabyCarriage aria-hidden="true" />} onClick={() => go(newbornPath(card.id))}>{t.newborn}</Button> : null}
            {card.card ? <Button small icon={<IconBarcode aria-hidden="true" />} onClick={() => window.open(`/api/patients/${card.id}/label`, '_blank', 'noopener')}>{t.label}</Button> : null}
          </>
        }
      />
      {card.mergedInto ? <Notice tone="attention" title={t.mergedInto(card.mergedInto.shortName, card.mergedInto.card ?? '')} actions={<Go to={titlePagePath(card.mergedInto.id)}>{t.openIt}</Go>} /> : null}
      <div className={css.form}>
        <div className={css.stack}>
          {save.refusal ? save.refusal.code === 'patients.changed-meanwhile' ? <Notice tone="attention">{t.changedMeanwhile}</Notice> : <RefusalNotice error={save.refusal} /> : null}
          {clashes.length > 0 ? (
            <ClashChoice
              clashes={clashes}
              onChoose={(clash, mine) => {
                if (mine) setDraft(draftOf({ ...(page as TitlePage), phones: page.phones ?? [], representatives: page.representatives ?? [], [clash.field]: clash.mine }));
                setClashes(clashes.filter((one) => one !== clash));
              }}
            />
          ) : null}
          <TitlePageForm draft={draft} onChange={setDraft} faults={faults} newborn={draft.policyKind === 'newborn'} doctors={day.data?.doctors.filter(({ district }) => district) ?? []} />
          {changed || clashes.length > 0 ? (
            <div className={css.foot}>
              <small role="status">{reason ?? ''}</small>
              <Button kind="quiet" onClick={() => { setDraft(draftOf(base.page)); setClashes([]); save.forget(); }}>{t.undoChanges}</Button>
              <Button kind="main" keys={keycap('ctrl+enter')} busy={save.busy} reason={reason} onClick={() => save.run()}>{t.save}</Button>
            </div>
          ) : null}
        </div>
        <div className={css.stack}>
          <Bookings card={card} />
          <ConsentsPart patient={card.id} representatives={card.page.representatives} />
          <ScansPart patient={card.id} />
          {card.active ? <MergePart card={card} /> : null}
        </div>
      </div>
    </PageBody>
  );
}

function Bookings({ card }: { card: CardAnswer }) {
  const t = useWords(words);
  const language = useLanguage();
  const now = useMoment();
  const path = `/registry/patients/${card.id}/bookings`;
  const bookings = useRead<Booking[]>(path, { types: ['Appointment'], patient: card.id });
  const [booking, setBooking] = useState(false);
  const [moved, setMoved] = useState<Booking | undefined>();
  const [all, setAll] = useState(false);
  const act = useBookingActs('/registry/day');
  const list = bookings.data ?? [];
  const shown = all ? list : list.slice(0, 3);
  return (
    <Part title={t.bookings} end={booking || !card.active ? undefined : <Button small onClick={() => setBooking(true)}>{t.bookVisit}</Button>}>
      {bookings.error ? <RefusalNotice error={bookings.error} /> : null}
      {booking ? <BookingForm wish={{ patient: card }} onDone={() => setBooking(false)} /> : null}
      {list.length === 0 ? <small>{t.noBookings}</small> : (
        <div className={css.rows} role="list">
          {shown.map((one) => <BookingRow key={one.id} ofPerson booking={one} now={now} zone="Europe/Moscow" day={formatDay(one.start, { language })} onAct={(wanted) => act.run({ booking: one, act: wanted })} onMove={() => setMoved(one)} />)}
        </div>
      )}
      {list.length > 3 && !all ? <Button small kind="quiet" onClick={() => setAll(true)}>{`${t.all}: ${list.length}`}</Button> : null}
      {moved ? <BookingDialog wish={{ move: moved, role: moved.doctor?.role, date: moved.start.slice(0, 10) }} onClose={() => setMoved(undefined)} /> : null}
    </Part>
  );
}
