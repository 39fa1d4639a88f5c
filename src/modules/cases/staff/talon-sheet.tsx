import { Chip, useWords } from '../../../ui/index.ts';
import type { TalonLine } from '../contract.ts';
import { caseWords } from './words.ts';
import css from './talon.module.css';

/** The talon as the paper reads, in Russian whatever the screen's language is; what nobody has said yet is marked. */
export function TalonSheet({ lines, organization, number }: { lines: readonly TalonLine[]; organization: string; number: string }) {
  const t = useWords(caseWords);
  return (
    <article className={css.paper} aria-label={t.talonSheet}>
      <header className={css.head} lang="ru">
        <small>{organization}</small>
        <small>Форма № 025-1/у</small>
        <h2>Талон пациента, получающего медицинскую помощь в амбулаторных условиях</h2>
        <small className={css.number} title={number}>№ {number.slice(-8).replace(/^-+/, '')}</small>
      </header>
      <dl className={css.lines}>
        {lines.map((line) => (
          <div key={line.key} data-mark={line.mark} data-wide={line.values.length > 1 || wide.has(line.key) || undefined}>
            <dt lang="ru"><span>{line.number}.</span> {line.label}</dt>
            <dd>
              {line.values.map((value) => <span key={value} lang="ru">{value}</span>)}
              {line.mark === 'missing' ? <span className={css.empty}>{t.notFilled}</span> : null}
              {line.mark === 'none' && line.values.length === 0 ? <span aria-hidden="true">—</span> : null}
              {line.mark === 'proposed' ? <span className={css.proposed}><Chip>{t.proposed}</Chip></span> : null}
            </dd>
          </div>
        ))}
      </dl>
      <footer className={css.foot} lang="ru">Подпись врача ______________________</footer>
    </article>
  );
}

const wide = new Set(['name', 'address', 'services', 'final', 'preliminary', 'concomitant']);
