import { IconMessageCircle } from '@tabler/icons-react';
import { Chip, Sheet, formatDate, formatDay, shortName, useLanguage, useWords } from '../../../ui/index.ts';
import type { WaitingDocument } from '../contract.ts';
import { dialled } from './plain-post.ts';
import css from './portal.module.css';
import { words } from './words.ts';

/** A document that waits for a talk: that it is there, by whom, till when, how to talk. Nothing of its content. */
export function WaitingCard({ waiting, level: Head = 'h3' }: { waiting: WaitingDocument; level?: 'h2' | 'h3' }) {
  const t = useWords(words);
  const language = useLanguage();
  const day = formatDate(waiting.date, { language });
  const { phone } = waiting.clinic ?? {};
  return (
    <Sheet kind="pad" tone="attention">
      <div className={css.card}>
        <div className={css.headed}>
          <Head className={css.title}>{waiting.until ? t.waiting : t.waitingOn}</Head>
          {waiting.until ? <Chip>{t.waitingMark(formatDay(waiting.until, { language }))}</Chip> : null}
        </div>
        <p>{waiting.until ? t.waitingText(shortName(waiting.author), day) : t.waitingKind(day)}</p>
        {waiting.until ? <p>{t.waitingUntil(formatDate(waiting.until, { language }))}</p> : null}
        {phone ? (
          <a className={css.call} href={`tel:${dialled(phone)}`}>
            <IconMessageCircle size={22} stroke={1.6} aria-hidden="true" />
            <span>{t.talk}<small>{waiting.clinic?.name} · <span className={css.phone}>{phone}</span></small></span>
          </a>
        ) : null}
      </div>
    </Sheet>
  );
}
