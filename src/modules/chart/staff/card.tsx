import { useEffect, useState } from 'react';
import { Button, Loaded, Notice, PageBody, PatientBanner, Skeleton, api, formatDay, formatTime, keycap, toast, useAct, useGo, useHotkey, useLanguage, usePageTitle, usePerson, useRead, useTabs, useText, useWords, usePageParams, usePageSearch } from '../../../ui/index.ts';
import type { CardAnswer, OpenCard } from '../contract.ts';
import { chartWords } from '../words.ts';
import { AllergyDialog } from './allergy-dialog.tsx';
import { ClosedRecord } from './closed-record.tsx';
import { DocumentsTab } from './documents-tab.tsx';
import { Overview } from './overview.tsx';
import { ResultsTab } from './results-tab.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import { bannerAllergies } from './banner-allergies.ts';
import css from './card.module.css';

const types = ['Patient', 'AllergyIntolerance', 'Condition', 'MedicationRequest', 'Observation', 'DiagnosticReport', 'DocumentReference', 'Encounter', 'Appointment', 'Flag', 'CarePlan', 'ServiceRequest', 'EpisodeOfCare'];

/** The card: a banner that never scrolls away, what matters today, and behind its tabs the whole record. */
export function Card() {
  const { patient } = usePageParams<{ patient: string }>();
  const t = useWords(chartWords);
  const read = useRead<CardAnswer>(`/chart/${patient}`, { types, patient });
  return (
    <Loaded read={read} title={t.closed} skeleton={<Waiting />}>
      {(card) => (card.open ? <Open key={patient} card={card} /> : <ClosedRecord card={card} onOpened={() => void read.refetch()} />)}
    </Loaded>
  );
}

/** The banner's height is kept, so that nothing jumps when the answer comes. */
function Waiting() {
  return (
    <>
      <div className={css.waiting} />
      <PageBody><Skeleton lines={10} /></PageBody>
    </>
  );
}

function Open({ card }: { card: OpenCard }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const { banner } = card;
  const [asking, setAsking] = useState(false);
  usePageTitle(banner.shortName);
  const { today } = banner;
  const reason = today ? (today.mine ? t.mine(formatTime(today.start)) : t.other(today.doctor, formatTime(today.start))) : undefined;
  return (
    <>
      <PatientBanner
        name={banner.name}
        birthDate={banner.birthDate || undefined}
        gender={banner.sex}
        snils={banner.snils}
        district={banner.district}
        allergies={bannerAllergies(banner.allergies, t.danger)}
        {...(card.may.editAllergies ? { onAskAllergies: () => setAsking(true) } : {})}
        alerts={[...(banner.died === undefined ? [] : [{ text: banner.died ? `${t.died} ${formatDay(banner.died, { language })}` : t.died, tone: 'danger' as const }]), ...banner.alerts.map(({ text, since }) => ({ text, ...(since ? { title: t.from(formatDay(since, { language })) } : {}) }))]}
        {...(reason ? { reason: <span title={today?.reason}>{reason}</span> } : {})}
        actions={<Acts card={card} onAllergies={() => setAsking(true)} />}
      />
      <Tabs card={card} />
      <AllergyDialog open={asking} onClose={() => setAsking(false)} patient={banner.id} allergies={banner.allergies} />
    </>
  );
}

function Acts({ card, onAllergies }: { card: OpenCard; onAllergies: () => void }) {
  const t = useWords(chartWords);
  const go = useGo();
  const { banner } = card;
  const { today } = banner;
  const going = today?.encounter !== undefined && (today.state === 'in-room' || today.state === 'unfinished') ? today.encounter : undefined;
  const nurse = usePerson().role === 'nurse';
  const booked = today && (today.mine || nurse) && today.state !== 'done' && today.state !== 'noshow' ? today.appointment : undefined;
  const refused = nurse && !booked && !going ? t.nurseNoBooking : undefined;
  const start = useAct<void, { encounter: string }>((_, call) => api.post<{ encounter: string }>('/visits', booked ? { appointment: booked } : { patient: banner.id }, call), {
    onDone: ({ encounter }) => go(`/visits/${encounter}`),
    onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }),
  });
  const begin = () => (going ? go(`/visits/${going}`) : start.run());
  useHotkey('ctrl+enter', begin, { text: going ? t.goOnVisit : t.startVisit, when: refused === undefined && !start.busy });
  return (
    <>
      {card.may.editAllergies ? <Button onClick={onAllergies}>{t.allergies}</Button> : null}
      <Button kind="main" keys={keycap('ctrl+enter')} busy={start.busy} reason={refused} onClick={begin}>{going ? t.goOnVisit : t.startVisit}</Button>
    </>
  );
}

function Tabs({ card }: { card: OpenCard }) {
  const t = useWords(chartWords);
  const text = useText();
  const [{ tab = 'overview' }, setSearch] = usePageSearch<{ tab: string | undefined }>();
  const tabs = [
    { key: 'overview', title: t.overview },
    { key: 'results', title: t.results },
    { key: 'time', title: t.time },
    { key: 'documents', title: t.documents },
    ...useTabs().map((each) => ({ key: each.key, title: text(each.text) })),
  ];
  const at = Math.max(0, tabs.findIndex(({ key }) => key === tab));
  useEffect(() => {
    window.scrollTo({ top: 0 });
  }, [tab]);
  const choose = (key: string) => setSearch({ tab: key === 'overview' ? undefined : key });
  const move = (step: number) => {
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    choose(next.key);
    document.getElementById(`tab-${next.key}`)?.focus();
  };
  return (
    <>
      <div className={css.tabs} role="tablist" aria-label={t.card} data-print="no">
        {tabs.map(({ key, title }, index) => (
          <button
            key={key}
            id={`tab-${key}`}
            type="button"
            role="tab"
            aria-selected={index === at}
            aria-controls="tab-body"
            tabIndex={index === at ? 0 : -1}
            onClick={() => choose(key)}
            onKeyDown={(event) => {
              if (event.key === 'ArrowRight') move(1);
              if (event.key === 'ArrowLeft') move(-1);
            }}
          >
            {title}
          </button>
        ))}
        <small className={css.why} title={`${t.whyOpen}: ${card.reasons.join(', ')}`}>{card.reasons[0]}</small>
      </div>
      <div id="tab-body" role="tabpanel" aria-labelledby={`tab-${tabs[at]!.key}`}>
        {card.breakGlassUntil ? <div className={css.glass}><Notice tone="attention">{t.glassUntil(formatTime(card.breakGlassUntil))}</Notice></div> : null}
        <TabBody card={card} tab={tabs[at]!.key} onTab={choose} />
      </div>
    </>
  );
}

function TabBody({ card, tab, onTab }: { card: OpenCard; tab: string; onTab: (tab: string) => void }) {
  const patient = card.banner.id;
  const Contributed = useTabs().find(({ key }) => key === tab)?.component;
  if (Contributed) return <Contributed patient={patient} />;
  if (tab === 'results') return <ResultsTab patient={patient} />;
  if (tab === 'time') return <TimelineTab patient={patient} />;
  return tab === 'documents' ? <DocumentsTab patient={patient} /> : <Overview card={card} onTab={onTab} />;
}
