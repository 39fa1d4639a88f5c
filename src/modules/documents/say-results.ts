import type { Observation } from '@medplum/fhirtypes';
import type { Language } from '../../kernel/problem.ts';

/** What an analysis says in a sentence: which values lie outside of their range, and how; never what it means for the health. Pure. */
export function sayResults(values: readonly Observation[], language: Language): { said: string; normal: boolean } {
  const outside = values.flatMap((each) => {
    const where = outsideOf(each);
    return where ? [`${each.code.text ?? each.code.coding?.[0]?.display ?? ''} ${numberText(each, language)} — ${words[where][language]}`] : [];
  });
  if (values.length === 0) return { said: '', normal: false };
  if (outside.length === 0) return { said: words.normal[language], normal: true };
  const rest = values.length - outside.length;
  return { said: `${outside.join('; ')}.${rest > 0 ? ` ${words.rest[language]}` : ''}`, normal: false };
}

const words = {
  high: { ru: 'выше нормы', en: 'above the range' },
  low: { ru: 'ниже нормы', en: 'below the range' },
  normal: { ru: 'Все показатели в норме.', en: 'All values are within their range.' },
  rest: { ru: 'Остальное в норме.', en: 'The rest is within range.' },
} as const;

function outsideOf({ interpretation, valueQuantity, referenceRange }: Observation): 'high' | 'low' | undefined {
  const code = interpretation?.[0]?.coding?.[0]?.code;
  if (code?.startsWith('H')) return 'high';
  if (code?.startsWith('L')) return 'low';
  const value = valueQuantity?.value;
  const [range] = referenceRange ?? [];
  if (value === undefined || !range) return undefined;
  if (range.high?.value !== undefined && value > range.high.value) return 'high';
  return range.low?.value !== undefined && value < range.low.value ? 'low' : undefined;
}

function numberText({ valueQuantity }: Observation, language: Language): string {
  const number = String(valueQuantity?.value ?? '');
  return `${language === 'ru' ? number.replace('.', ',') : number}\u00a0${(valueQuantity?.unit ?? '').replaceAll(' ', '\u00a0')}`.trim();
}
