const rules = new Intl.PluralRules('ru');
const numbers = new Intl.NumberFormat('ru');

/** A number with its Russian word in the right form: 1 строка, 2 строки, 5 строк. The space between does not break. */
export function counted(number: number, one: string, few: string, many: string): string {
  const form = { one, few, many, other: many, zero: many, two: few }[rules.select(number)];
  return `${numbers.format(number)}\u00A0${form}`;
}
