import { formatNumber } from '../format.ts';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import { judgeValue } from './judge-value.ts';
import type { Verdict } from './judge-value.ts';
import css from './value.module.css';

export interface ValueProps {
  /** A number, its decimals as written (a string keeps them), or a pair said as one: «158/94». */
  value: number | string;
  unit?: string | undefined;
  low?: number | undefined;
  high?: number | undefined;
  /** When the laboratory or a rule said it; else judged by the range. */
  verdict?: Verdict | undefined;
  /** Shows the range beside the value, not only on hover. */
  range?: boolean;
  size?: 'usual' | 'large';
}

/** A clinical value: unit always, range at hand, out of range with an arrow and weight (and words for readers). */
export function Value({ value, unit, low, high, verdict, range = false, size = 'usual' }: ValueProps) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const judged = verdict ?? judgeValue(value, low, high);
  const norm = rangeText(low, high, language);
  const out = judged === 'high' || judged === 'low';
  return (
    <span className={css.value} data-out={out || undefined} data-size={size} title={norm ? `${t.norm} ${norm}${unit ? ` ${unit}` : ''}` : undefined}>
      <b>
        {out ? <span role="img" aria-label={judged === 'high' ? t.above : t.below}>{judged === 'high' ? '↑' : '↓'}{'\u00a0'}</span> : null}
        {formatNumber(value, { language })}
      </b>
      {unit ? <small>{'\u00a0'}{unit.replaceAll(' ', '\u00a0')}</small> : null}
      {range && norm ? <small className={css.range}> {t.norm}{'\u00a0'}{norm}</small> : null}
    </span>
  );
}

/** «3,3–5,5», «до 5,2», «от 60». */
export function rangeText(low: number | undefined, high: number | undefined, language: 'ru' | 'en'): string {
  const said = (value: number) => formatNumber(value, { language });
  if (low !== undefined && high !== undefined) return `${said(low)}–${said(high)}`;
  if (high !== undefined) return `${language === 'ru' ? 'до' : 'up to'}\u00a0${said(high)}`;
  return low === undefined ? '' : `${language === 'ru' ? 'от' : 'from'}\u00a0${said(low)}`;
}
