/**
 * When the patient sees a document of a kind, as data. `shown`: at once, the default. `after-talk`: a doctor tells first; it opens by
 * itself after so many days. `on-request`: never by default; the clinic gives it out when asked, a doctor may open it.
 * Codes of the federal dictionary 1.2.643.5.1.13.13.11.1520.
 */
export type DisplayRule = { show: 'shown' } | { show: 'after-talk'; days: number; reason: string } | { show: 'on-request'; reason: string };

const shown: DisplayRule = { show: 'shown' };

const biopsy: DisplayRule = { show: 'after-talk', days: 14, reason: 'Результат биопсии пациент сначала обсуждает с врачом' };
const death: DisplayRule = { show: 'on-request', reason: 'Документы о смерти родственники получают по запросу' };

const rules: Readonly<Record<string, DisplayRule>> = {
  // протокол прижизненного патологоанатомического исследования, редакции 1 и 2: such a finding is not met alone on a phone
  46: biopsy,
  74: biopsy,
  // протокол вскрытия, посмертный эпикриз, свидетельства о перинатальной смерти (323-ФЗ article 67: given to relatives who ask)
  181: death,
  236: death,
  47: death,
  59: death,
  127: death,
  // извещение о пациенте, личность которого не установлена: a message to the police
  199: { show: 'on-request', reason: 'Извещение для полиции, не медицинский документ пациента' },
};

export function displayRule(kind: string): DisplayRule {
  return rules[kind] ?? shown;
}
