import { useEffect, useRef, useState } from 'react';
import { Button, Empty, Loaded, PageBody, Skeleton, Switcher, api, useHotkey, useRead, useWords } from '../../../ui/index.ts';
import type { TimelineAnswer, TimelineItem, TimelineKind } from '../contract.ts';
import { chartWords } from '../words.ts';
import { Axis } from './axis.tsx';
import css from './card.module.css';

/** The whole of time: filtered by typing and by kind on the server, more as one asks for it. */
export function TimelineTab({ patient }: { patient: string }) {
  const t = useWords(chartWords);
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState('');
  const [kind, setKind] = useState<TimelineKind | 'all'>('all');
  const field = useRef<HTMLInputElement>(null);
  useHotkey('/', () => field.current?.focus(), { text: t.filterTime });
  useEffect(() => {
    const timer = setTimeout(() => setWanted(typed.trim()), 150);
    return () => clearTimeout(timer);
  }, [typed]);
  const kinds = [{ value: 'all' as const, text: t.all }, { value: 'visit' as const, text: t.visitsKind }, { value: 'result' as const, text: t.results }, { value: 'document' as const, text: t.documents }, { value: 'paper' as const, text: t.papers }];
  return (
    <PageBody>
      <div className={css.filters} data-print="no">
        <input ref={field} value={typed} placeholder={t.filterTime} aria-label={t.filterTime} onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => event.key === 'Escape' && setTyped('')} />
        <Switcher<TimelineKind | 'all'> label={t.which} value={kind} onChange={setKind} options={kinds} />
      </div>
      <Pages patient={patient} typed={wanted} kind={kind === 'all' ? undefined : kind} onClear={() => { setTyped(''); setKind('all'); }} />
    </PageBody>
  );
}

function Pages({ patient, typed, kind, onClear }: { patient: string; typed: string; kind: TimelineKind | undefined; onClear: () => void }) {
  const t = useWords(chartWords);
  const body = { ...(typed ? { typed } : {}), ...(kind ? { kind } : {}) };
  const first = useRead<TimelineAnswer>(`/chart/${patient}/timeline#${kind ?? ''} ${typed}`, {
    types: ['Encounter', 'DocumentReference', 'Observation', 'DiagnosticReport'], patient, keepLast: true,
    read: (signal) => api.post<TimelineAnswer>(`/chart/${patient}/timeline`, body, { signal }),
  });
  // Further pages belong to the words and the kind that they were read for.
  const of = `${kind ?? ''} ${typed}`;
  const [pages, setPages] = useState<{ of: string; items: TimelineItem[]; next: string | undefined; busy: boolean }>();
  const more = pages?.of === of ? pages : undefined;
  const next = more ? more.next : first.data?.next;
  const load = async () => {
    const items = more?.items ?? [];
    setPages({ of, items, next, busy: true });
    const answer = await api.post<TimelineAnswer>(`/chart/${patient}/timeline`, { ...body, cursor: next }).catch(() => ({ items: [], next }));
    setPages((last) => (last?.of === of ? { of, items: [...items, ...answer.items], next: answer.next, busy: false } : last));
  };
  return (
    <Loaded read={first} skeleton={<Skeleton lines={8} height={64} />}>
      {({ items }) =>
        items.length === 0 ? (
          typed || kind ? <Empty title={t.nothingFits} action={<Button small onClick={onClear}>{t.clear}</Button>} /> : <Empty title={t.noTime} />
        ) : (
          <div className={css.axis}>
            <Axis items={[...items, ...(more?.items ?? [])]} />
            {next ? <Button kind="quiet" busy={more?.busy ?? false} onClick={() => void load()}>{t.more}</Button> : null}
          </div>
        )
      }
    </Loaded>
  );
}
