import { useRef, useState } from 'react';
import { Button, Chip, DataList, DateField, Empty, PageBody, PageHead, RefusalNotice, SelectField, TextField, api, formatMoment, keycap, useHotkey, useLanguage, useRead, useWords, type Column } from '../../../ui/index.ts';
import { acts, type Act, type JournalAnswer, type JournalAsked, type JournalCard, type JournalRow } from '../contract.ts';
import { journalApi } from '../paths.ts';
import { words } from '../words.ts';
import css from './journal.module.css';

interface Form {
  who: string;
  card: string;
  from: string | undefined;
  to: string | undefined;
  act: Act | 'any';
}

const blank: Form = { who: '', card: '', from: undefined, to: undefined, act: 'any' };
const mostCards = 3;

function askedBy({ who, card, from, to, act }: Form): JournalAsked {
  return { ...(who.trim() && { who: who.trim() }), ...(card.trim() && { card: card.trim() }), ...(from && { from }), ...(to && { to }), ...(act !== 'any' && { act }) };
}

/** The auditor's page: the journal by who, whose card, when and what was done; the newest first. */
export function JournalPage() {
  const t = useWords(words);
  const [form, setForm] = useState(blank);
  const [asked, setAsked] = useState<JournalAsked>({});
  const first = useRef<HTMLInputElement>(null);
  const actNames: Record<Act, string> = { view: t.actView, change: t.actChange, 'sign-in': t.actSignIn, emergency: t.actEmergency, refused: t.actRefused };
  const read = useRead<JournalAnswer>(`${journalApi} ${JSON.stringify(asked)}`, { keepLast: true, read: (signal) => api.post<JournalAnswer>(journalApi, asked, { signal }) });
  const set = (change: Partial<Form>) => setForm({ ...form, ...change });
  const reason = form.from && form.to && form.from > form.to ? t.wrongOrder : undefined;
  const find = () => {
    if (reason === undefined) setAsked(askedBy(form));
  };
  useHotkey('/', () => first.current?.focus(), { text: t.search });
  useHotkey('ctrl+enter', find, { text: t.find });
  const answer = read.data;
  return (
    <PageBody>
      <PageHead title={t.journal} note={t.journalNote} />
      <div className={css.bar} role="search">
        <TextField label={t.who} hint={t.whoHint} value={form.who} onChange={(who) => set({ who })} inputRef={first} onEnter={find} />
        <TextField label={t.card} hint={t.cardHint} value={form.card} onChange={(card) => set({ card })} onEnter={find} />
        <DateField label={t.from} value={form.from} onChange={(from) => set({ from })} />
        <DateField label={t.to} value={form.to} onChange={(to) => set({ to })} />
        <SelectField<Act | 'any'> label={t.act} value={form.act} onChange={(act) => set({ act })} options={[{ value: 'any', text: t.anyAct }, ...acts.map((value) => ({ value, text: actNames[value] }))]} />
        <div className={css.acts}>
          <Button kind="main" keys={keycap('ctrl+enter')} busy={read.isFetching} reason={reason} onClick={find}>{t.find}</Button>
          <Button kind="quiet" onClick={() => { setForm(blank); setAsked({}); }}>{t.clear}</Button>
        </div>
      </div>
      {read.error && !answer ? <RefusalNotice error={read.error} onAgain={() => void read.refetch()} /> : <Lines answer={answer} actNames={actNames} />}
      {answer && (answer.next !== undefined || asked.before !== undefined) ? (
        <nav className={css.acts} aria-label={t.journal} data-print="no">
          {asked.before === undefined ? null : <Button small onClick={() => setAsked({ ...asked, before: undefined })}>{t.newest}</Button>}
          {answer.next === undefined ? null : <Button small busy={read.isFetching} onClick={() => setAsked({ ...asked, before: answer.next })}>{t.earlier}</Button>}
        </nav>
      ) : null}
    </PageBody>
  );
}

const cardText = ({ id, number }: JournalCard) => number ?? id;

function Lines({ answer, actNames }: { answer: JournalAnswer | undefined; actNames: Record<Act, string> }) {
  const t = useWords(words);
  const language = useLanguage();
  const columns: Column<JournalRow>[] = [
    { key: 'at', title: t.at, value: ({ at }) => at, render: ({ at }) => <span className={css.at}>{formatMoment(at, { language })}</span>, width: '130px', narrow: 'side' },
    { key: 'who', title: t.who, head: true, value: ({ who, role, clinic }) => [who, role, clinic].filter(Boolean).join(', '), render: ({ who, role, clinic }) => <span className={css.who}>{who}<small>{[role, clinic].filter(Boolean).join(', ')}</small></span>, width: '24%' },
    { key: 'act', title: t.act, value: ({ act, emergency }) => [actNames[act], emergency && act !== 'emergency' ? actNames.emergency : ''].filter(Boolean).join(', '), render: ({ act, emergency }) => <>{act === 'refused' ? <Chip tone="attention">{actNames[act]}</Chip> : actNames[act]} {emergency ? <Chip tone="danger">{actNames.emergency}</Chip> : null}</>, width: '150px', narrow: 'bare' },
    { key: 'cards', title: t.cards, value: ({ cards }) => cards.map(cardText).join(', '), width: '120px', render: ({ cards }) => <>{cards.slice(0, mostCards).map((card) => <span key={card.id} className={css.at}>{cardText(card)} </span>)}{cards.length > mostCards ? ` ${t.more(cards.length - mostCards)}` : ''}</> },
    { key: 'what', title: t.what, value: ({ what }) => what },
    { key: 'action', title: t.technical, value: ({ action, status }) => `${action} ${status}`, render: ({ action, status }) => <span className={css.action}>{action} {status}</span>, width: '190px', narrow: 'hide' },
  ];
  const empty = answer?.noCard ? <Empty title={t.noCard}>{t.noCardText}</Empty> : <Empty title={t.nothing}>{answer?.next === undefined ? t.nothingText : t.goOnText}</Empty>;
  return <DataList<JournalRow> label={t.journal} rows={answer?.rows} rowKey={({ seq }) => seq} columns={columns} empty={empty} filter={false} csv="journal" tone={({ act }) => (act === 'refused' ? 'past' : undefined)} />;
}
