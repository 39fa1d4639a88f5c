import fc from 'fast-check';
import { expect, test } from 'vitest';
import { swapLayout } from '../layout.ts';
import { filterRows, fits, sortRows, toCsv } from './list-model.ts';

const columns = [
  { key: 'name', title: 'Имя', value: (row: { name: string; age: number | null }) => row.name },
  { key: 'age', title: 'Лет', value: (row: { name: string; age: number | null }) => row.age },
];

test('a list is found by the beginnings of words, with ё, and in the wrong layout', () => {
  expect(fits('ива мар', 'Иванова Мария Петровна')).toBe(true);
  expect(fits('федор', 'Фёдорова Анна')).toBe(true);
  expect(fits('bdfyjdf', 'Иванова Мария')).toBe(true);
  expect(fits('мария сид', 'Иванова Мария')).toBe(false);
  expect(fits('ванова', 'Иванова')).toBe(false);
});

test('typed signs never break the filter', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (typed, text) => {
    expect(typeof fits(typed, text)).toBe('boolean');
  }));
});

test('the layout swapped twice is the same text', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    expect(swapLayout(swapLayout(text))).toBe(text);
  }));
});

test('sorted numbers are numbers, and the empty come last both ways', () => {
  const rows = [{ name: 'Б', age: 10 }, { name: 'А', age: null }, { name: 'Ё', age: 9 }];
  expect(sortRows(rows, columns[1], false, 'ru').map((row) => row.age)).toEqual([9, 10, null]);
  expect(sortRows(rows, columns[1], true, 'ru').map((row) => row.age)).toEqual([10, 9, null]);
  expect(sortRows(rows, columns[0], false, 'ru').map((row) => row.name)).toEqual(['А', 'Б', 'Ё']);
  expect(filterRows(rows, columns, '', { age: '9' })).toHaveLength(1);
});

test('an exported table opens in Excel and runs no formula', () => {
  expect(toCsv([{ name: '=HYPERLINK("x")', age: 1.5 }, { name: 'а;б', age: null }], columns)).toBe('\ufeffИмя;Лет\r\n"\'=HYPERLINK(""x"")";1,5\r\n"а;б";\r\n');
});
