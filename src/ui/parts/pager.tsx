import { counted, formatNumber } from '../format.ts';
import { defineWords, useLanguage, useWords } from '../words.ts';
import { Button } from './button.tsx';
import css from './pager.module.css';

const words = defineWords({
  pages: { ru: 'Страницы', en: 'Pages' },
  back: { ru: 'Назад', en: 'Back' },
  next: { ru: 'Дальше', en: 'Next' },
  first: { ru: 'Это начало', en: 'This is the beginning' },
  last: { ru: 'Дальше ничего нет', en: 'There is no more' },
  of: { ru: (from: string, to: string, total: string) => `${from}–${to} из ${total}`, en: (from: string, to: string, total: string) => `${from}–${to} of ${total}` },
});

/** Moves through a list that the server gives in pages; nothing where all of it is on one. */
export function Pager({ offset, count, total, onMove }: { offset: number; count: number; total: number; onMove: (offset: number) => void }) {
  const t = useWords(words);
  const language = useLanguage();
  if (total <= count && offset === 0) return null;
  const number = (value: number) => formatNumber(value, { language });
  const last = Math.min(total, offset + count);
  return (
    <nav className={css.pager} aria-label={t.pages} data-print="no">
      <small role="status">{t.of(number(offset + 1), number(last), counted(total, language, language === 'ru' ? ['строки', 'строк', 'строк'] : ['row', 'rows']))}</small>
      <Button small reason={offset === 0 ? t.first : undefined} onClick={() => onMove(Math.max(0, offset - count))}>{t.back}</Button>
      <Button small reason={last >= total ? t.last : undefined} onClick={() => onMove(offset + count)}>{t.next}</Button>
    </nav>
  );
}
