import { formatMoment, formatTime, useLanguage, useWords } from '../../../ui/index.ts';
import type { JournalLine } from '../contract.ts';
import css from './portal.module.css';
import { words } from './words.ts';

/** Who, from where, when, why, what: one look into the card. */
export function JournalEntryText({ line }: { line: JournalLine }) {
  const t = useWords(words);
  const language = useLanguage();
  const from = formatMoment(line.from, { language });
  const till = formatTime(line.till);
  const long = Date.parse(line.till) - Date.parse(line.from) > 60_000;
  return (
    <div className={css.entry}>
      <p><b>{line.who}</b>{line.own ? '' : `, ${line.role}`}</p>
      <p>{from}{long ? `–${till}` : ''}{line.clinic ? `, ${line.clinic}` : ''}</p>
      <small>{t.why}: {line.why}{line.changed ? ` · ${t.changed}` : ''}</small>
      <small>{t.what}: {line.what}</small>
    </div>
  );
}
