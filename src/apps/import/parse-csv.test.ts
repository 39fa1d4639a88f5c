import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCsv, parseCsv } from './parse-csv.ts';
import { readDate, readHeader, readPerson } from './population-row.ts';

describe('a table of the population', () => {
  it('is read whatever stands in its cells', () => {
    const cell = fc.string().map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), fc.constantFrom(';', ','), fc.constantFrom('\n', '\r\n'), (rows, separator, end) => {
        const wanted = rows.filter((row) => row.some((text) => text !== ''));
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = [['a', 'b', 'c'], ...wanted].map((row) => row.map(quote).join(separator)).join(end);
        expect(parseCsv(text).map(({ cells }) => cells)).toEqual([['a', 'b', 'c'], ...wanted]);
      }),
    );
  });

  it('names the line of a row after a cell of several lines', () => {
    expect(parseCsv('a;b\n"x\ny";1\nz;2').map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it('is understood in UTF-8, with a mark or without, and in windows-1251', () => {
    expect(decodeCsv(new TextEncoder().encode('\u{feff}Фамилия'))).toBe('Фамилия');
    expect(decodeCsv(Uint8Array.from([0xd4, 0xe0, 0xec, 0xe8, 0xeb, 0xe8, 0xff]))).toBe('Фамилия');
  });

  it('becomes patients, and a wrong check digit or date is named', () => {
    const { places, missing, unknown } = readHeader(['Фамилия', 'ИМЯ', 'Отчество', 'Дата  рождения', 'Пол', 'СНИЛС', 'Участок', 'Прочее']);
    expect([missing, unknown]).toEqual([[], ['Прочее']]);
    const read = (...cells: string[]) => readPerson(2, cells, places, 'Organization/demo-polyclinic-2', 'ru');
    expect(read('Иванова', 'Мария', 'Петровна', '14.03.1959', 'ж', '112-233-445 95', '7')).toMatchObject({
      person: {
        patient: {
          resourceType: 'Patient',
          name: [{ family: 'Иванова', given: ['Мария', 'Петровна'] }],
          gender: 'female',
          birthDate: '1959-03-14',
          identifier: [{ system: 'urn:identity:snils:Patient', value: '11223344595' }],
          extension: [{ url: 'urn:karta:district', valueString: '7' }],
          managingOrganization: { reference: 'Organization/demo-polyclinic-2' },
        },
      },
    });
    const { faults } = read('Иванова', '', '', '31.02.1959', 'женщина', '112-233-445 96', '') as { faults: string[] };
    expect(faults).toHaveLength(4);
    expect(faults[3]).toContain('СНИЛС');
    expect([readDate('2024-02-29'), readDate('2023-02-29'), readDate('1.2.1990')]).toEqual(['2024-02-29', undefined, '1990-02-01']);
  });
});
