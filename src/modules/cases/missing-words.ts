import type { MissingThing } from './rules.ts';

/** What is missing, as the sentence of a refusal says it. */
export const missingWords: Readonly<Record<MissingThing, { ru: string; en: string }>> = {
  visits: { ru: 'приёмов', en: 'visits' },
  'open-visit': { ru: 'подписи незавершённого приёма', en: 'the signature of an open visit' },
  final: { ru: 'заключительного диагноза', en: 'final diagnosis' },
  outcome: { ru: 'исхода', en: 'outcome' },
  course: { ru: 'характера заболевания', en: 'course of the disease' },
  purpose: { ru: 'цели', en: 'purpose' },
  payer: { ru: 'источника оплаты', en: 'payer' },
  result: { ru: 'результата обращения', en: 'result' },
};
