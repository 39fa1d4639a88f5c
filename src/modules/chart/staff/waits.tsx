import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, Chip, Empty, Go, Loaded, Part, Sheet, Skeleton, api, formatMoment, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { Wait, WaitsAnswer } from '../contract.ts';
import { chartWords } from '../words.ts';
import css from './day.module.css';

const path = '/day/waits';

/** What waits, the most urgent first; every number opens the list behind it. */
export function Waits() {
  const t = useWords(chartWords);
  const read = useRead<WaitsAnswer>(path, { types: ['Observation', 'Task', 'CarePlan', 'DocumentReference', 'Encounter'], everySeconds: 60 });
  return (
    <Part title={t.waits}>
      <Sheet>
        <Loaded read={read} skeleton={<div className={css.wait}><Skeleton lines={4} height={56} /></div>}>
          {({ waits }) => (waits.length === 0 ? <Empty title={t.nothingWaits}>{t.nothingWaitsText}</Empty> : <ul>{waits.map((wait) => <WaitLine key={wait.key} wait={wait} />)}</ul>)}
        </Loaded>
      </Sheet>
    </Part>
  );
}

function WaitLine({ wait }: { wait: Wait }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const [open, setOpen] = useState(wait.urgency === 'now');
  const results = wait.key === 'critical' || wait.key === 'results';
  const see = useAct((keys: readonly string[], call) => api.post('/day/seen', { results: keys }, call), {
    expect: (keys) => [{ path, change: (last: WaitsAnswer) => ({ waits: without(last.waits, wait.key, keys) }) }],
    onDone: (_, keys) => toast(t.markedSeen(keys.length)),
    onRefused: ({ sentence }) => toast(sentence, { tone: 'danger' }),
  });
  return (
    <li className={css.waitItem}>
      <button type="button" className={css.waitHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <b>{wait.count}</b>
        <span>
          {wait.title}
          {wait.note ? <small>{wait.note}</small> : null}
        </span>
        {wait.urgency === 'now' ? <Chip tone="danger">{t.atOnce}</Chip> : null}
        <IconChevronDown size={16} stroke={1.6} aria-hidden="true" />
      </button>
      {open ? (
        <ul className={css.waitList}>
          {wait.items.map((item) => (
            <li key={item.key}>
              <span>
                {item.path ? <Go to={item.path}>{item.text}</Go> : item.text}
                <small>{[item.note, item.at ? formatMoment(item.at, { language }) : ''].filter(Boolean).join(' · ')}</small>
              </span>
              {results ? <Button small onClick={() => see.run([item.key])} label={`${t.seenAct}: ${item.text}, ${item.note ?? ''}`}>{t.seenAct}</Button> : null}
            </li>
          ))}
          {results && wait.items.length > 1 ? <li className={css.waitAll}><Button small kind="quiet" onClick={() => see.run(wait.items.map(({ key }) => key))}>{t.seenAll}</Button></li> : null}
        </ul>
      ) : null}
    </li>
  );
}

function without(waits: readonly Wait[], key: string, seen: readonly string[]): Wait[] {
  return waits.map((wait) => (wait.key === key ? { ...wait, count: wait.count - seen.length, items: wait.items.filter((item) => !seen.includes(item.key)) } : wait)).filter(({ count }) => count > 0);
}
