/** Card numbers: two digits of the clinic, six running ones. Pure. */

export function cardNumber(prefix: number, running: number): string {
  return `${String(prefix).padStart(2, '0')}-${String(running).padStart(6, '0')}`;
}

/** Letters that older numbers begin with («ЗР-20017») as a barcode carries them: Code 128 and scanners know Latin letters only. */
const pairs = 'АA БB ВV ГG ДD ЕE ЖJ ЗZ ИI КK ЛL МM НN ОO ПP РR СS ТT УU ФF ХH ЦC ЯY'.split(' ').map((pair) => [pair[0]!, pair[1]!] as const);
const toLatin = new Map(pairs);
const toRussian = new Map(pairs.map(([russian, latin]) => [latin, russian]));

/** What the label's barcode says. */
export function barcodeOf(card: string): string {
  return [...card.toUpperCase()].map((sign) => toLatin.get(sign) ?? sign).join('');
}

/** A scanned label back to the number as it is written; any other text stays as it is. */
export function fromBarcode(text: string): string {
  const typed = text.trim();
  return /^[A-Z]{2}-\d{3,8}$/.test(typed) ? [...typed].map((sign) => toRussian.get(sign) ?? sign).join('') : text;
}
