import type { Dosage, Timing } from '@medplum/fhirtypes';

const doseUnits: Readonly<Record<string, string>> = { мг: 'mg', г: 'g', мкг: 'ug', мл: 'mL', МЕ: '[iU]', ЕД: '[iU]' };
const moments: readonly (readonly [RegExp, string])[] = [
  [/утром/, 'MORN'],
  [/днём|днем/, 'AFT'],
  [/вечером/, 'EVE'],
  [/на ночь/, 'HS'],
  [/до еды/, 'AC'],
  [/после еды|после завтрака|после ужина/, 'PC'],
  [/во время еды|с едой/, 'C'],
];

/**
 * The words of a dosage with what of them can be counted: dose, times a day or a week, days. The words always stay as written: what
 * is not understood is simply not structured.
 */
export function parseDosage(text: string, days?: number): Dosage {
  const plain = text.replaceAll('\u00a0', ' ');
  const dose = /^(\d+(?:[.,]\d+)?)\s*(мг|г|мкг|мл|МЕ|ЕД)(?![\p{L}/])/u.exec(plain);
  const times = /(\d+)\s*раза?\s*в\s*(день|сутки|неделю)/.exec(plain);
  const when = moments.filter(([pattern]) => pattern.test(plain)).map(([, code]) => code);
  const term = days ?? number(/(\d+)\s*(?:дней|дня|день)(?!\p{L})/u.exec(plain.replace(/раза?\s*в\s*день/g, ''))?.[1]);
  const repeat: NonNullable<Timing['repeat']> = {
    ...(term ? { boundsDuration: { value: term, unit: 'дн.', system: 'http://unitsofmeasure.org', code: 'd' } } : {}),
    ...(times ? { frequency: Number(times[1]), period: 1, periodUnit: times[2] === 'неделю' ? 'wk' : 'd' } : {}),
    ...(when.length > 0 ? { when: when as never } : {}),
  };
  return {
    ...(text ? { text } : {}),
    ...(/при боли|при температуре|при повышении|при удушье|при необходимости/.test(plain) ? { asNeededBoolean: true } : {}),
    ...(Object.keys(repeat).length > 0 ? { timing: { repeat } } : {}),
    ...(dose ? { doseAndRate: [{ doseQuantity: { value: Number(dose[1]!.replace(',', '.')), unit: dose[2]!, system: 'http://unitsofmeasure.org', code: doseUnits[dose[2]!]! } }] } : {}),
  };
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
