/** What a list does with its rows, apart from drawing: filter by words, sort, export. Pure. */
import { swapLayout } from '../layout.ts';

export type Cell = string | number | Date | null | undefined;

export interface ColumnModel<Row> {
  key: string;
  title: string;
  /** What the column says, for sorting, filtering and export. */
  value: (row: Row) => Cell;
}

/** Whether every typed word begins a word of the text: «ива мар» finds «Иванова Мария»; е is ё; a forgotten keyboard layout is forgiven. */
export function fits(typed: string, text: string): boolean {
  const ground = ` ${plain(text)}`;
  const all = (wanted: string) => plain(wanted).split(/\s+/).filter(Boolean).every((word) => new RegExp(`[^\\p{L}\\p{N}]${escape(word)}`, 'u').test(ground));
  return all(typed) || all(swapLayout(typed));
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll('ё', 'е').replaceAll('\u00a0', ' ');
}

function escape(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

export function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString() : String(cell);
}

export function filterRows<Row>(rows: readonly Row[], columns: readonly ColumnModel<Row>[], typed: string, chosen: Readonly<Record<string, string>>): Row[] {
  const wanted = Object.entries(chosen).filter(([, value]) => value !== '');
  return rows.filter((row) => wanted.every(([key, value]) => cellText(columns.find((column) => column.key === key)?.value(row)) === value) && (!typed.trim() || fits(typed, columns.map((column) => cellText(column.value(row))).join(' '))));
}

/** Sorted by a column; what is empty comes last in both directions. Equal rows keep their order. */
export function sortRows<Row>(rows: readonly Row[], column: ColumnModel<Row> | undefined, down: boolean, language: 'ru' | 'en'): Row[] {
  if (!column) return [...rows];
  const collator = new Intl.Collator(language, { numeric: true });
  const empty = (cell: Cell) => cell === null || cell === undefined || cell === '';
  return rows.toSorted((a, b) => {
    const [first, second] = [column.value(a), column.value(b)];
    if (empty(first) || empty(second)) return Number(empty(first)) - Number(empty(second));
    const order = typeof first === 'number' && typeof second === 'number' ? first - second : first instanceof Date && second instanceof Date ? first.getTime() - second.getTime() : collator.compare(cellText(first), cellText(second));
    return down ? -order : order;
  });
}

/** CSV as a Russian Excel opens it: semicolons, decimal comma, byte order mark; a cell can never start a formula. */
export function toCsv<Row>(rows: readonly Row[], columns: readonly ColumnModel<Row>[]): string {
  const written = (cell: Cell) => {
    const text = typeof cell === 'number' ? String(cell).replace('.', ',') : cellText(cell);
    const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[";\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [columns.map((column) => written(column.title)), ...rows.map((row) => columns.map((column) => written(column.value(row))))];
  return `\ufeff${lines.map((line) => line.join(';')).join('\r\n')}\r\n`;
}
