import { Chip } from '../parts/chip.tsx';
import { useLine } from '../live.ts';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import css from './frame.module.css';

/** The state of the line in words and a sign: a full dot, a ring. */
export function LineState() {
  const t = useWords(uiWords);
  const line = useLine();
  return (
    <span role="status" className={css.line} data-line={line}>
      {line === 'away' ? <Chip tone="attention" icon={<i className={css.ring} />}>{t.away}</Chip> : <Chip tone={line === 'live' ? 'done' : 'plain'} icon={<i className={css.dot} />}>{line === 'live' ? t.live : t.connecting}</Chip>}
    </span>
  );
}
