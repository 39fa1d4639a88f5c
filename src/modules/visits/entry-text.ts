import type { Language } from '../../kernel/problem.ts';
import type { DiagnosisValue, PrescriptionValue, ReferralValue } from './contract.ts';

/** Entries as they read in the document. Pure, both sides. */

const diagnosisWords = {
  ru: { main: 'Основной', complication: 'Осложнение', concomitant: 'Сопутствующий', preliminary: 'предварительный', final: 'заключительный', acute: 'острое', 'new-chronic': 'хроническое, установлено впервые', 'known-chronic': 'хроническое, известно ранее' },
  en: { main: 'Main', complication: 'Complication', concomitant: 'Concomitant', preliminary: 'preliminary', final: 'final', acute: 'acute', 'new-chronic': 'chronic, found for the first time', 'known-chronic': 'chronic, known before' },
} as const;

export function diagnosisText(value: DiagnosisValue, language: Language): string {
  const words = diagnosisWords[language];
  return `${words[value.role]}: ${value.code} ${value.words?.trim() || value.display} (${words[value.certainty]}; ${words[value.course]})`;
}

/** «Бисопролол, таблетки 5 мг: 5 мг 1 раз в день утром, 30 дней» */
export function prescriptionText(value: PrescriptionValue): string {
  const form = [value.form, value.strength].filter(Boolean).join(' ');
  const how = [value.dosage, value.days ? `${value.days}\u00a0${dayWord(value.days)}` : '', value.note].filter(Boolean).join(', ');
  const override = reasonText(value);
  return `${value.medicine.name}${form ? `, ${form}` : ''}: ${how}${override ? `. ${override}` : ''}`;
}

function dayWord(days: number): string {
  const [ten, hundred] = [days % 10, days % 100];
  if (ten === 1 && hundred !== 11) return 'день';
  return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? 'дня' : 'дней';
}

export function referralText(value: ReferralValue): string {
  return `Направление: ${value.name}${value.urgent ? ', срочно' : ''}${value.reason ? ` — ${value.reason}` : ''}`;
}

/** Why it was prescribed against a warning; undefined where nothing warned. */
export function reasonText({ warnings, reason }: PrescriptionValue): string | undefined {
  if (warnings.length === 0) return undefined;
  return `Назначено с учётом предупреждения: ${warnings.map((warning) => warning.ru).join(' ')} Причина: ${reason ?? ''}`;
}
