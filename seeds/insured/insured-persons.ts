import { enpCheckDigit, snilsCheckDigits } from '../../src/kernel/identifiers.ts';

/** Rows of the demo's double of the insured-persons register: fictional people who are insured and have no card yet. */
export interface InsuredRow {
  enp: string;
  snils?: string;
  family: string;
  given: string;
  patronymic?: string;
  sex: 'male' | 'female';
  birthDate: string;
  insurer: string;
  since: string;
  region: string;
  city: string;
  line: string;
  rural: boolean;
}

const insurer = 'Страховая медицинская организация «Заречье-Мед»';
const town = 'город Заречинск';
const village = 'село Берёзовка';

const rows: [name: string, sex: 'f' | 'm', birthDate: string, city: string, line: string, withoutSnils?: true][] = [
  ['Орехова Надежда Сергеевна', 'f', '1971-05-23', town, 'улица Речная, 48, кв. 6'],
  ['Дроздов Аркадий Львович', 'm', '1955-12-01', town, 'проспект Победы, 12, кв. 33'],
  ['Шарипова Динара Ильдусовна', 'f', '1989-08-17', town, 'улица Мира, 21, кв. 104'],
  ['Воронин Глеб Максимович', 'm', '2003-02-09', town, 'улица Школьная, 5, кв. 12'],
  ['Белоусова Антонина Фроловна', 'f', '1941-10-30', village, 'улица Центральная, 40'],
  ['Тихонов Ярослав Андреевич', 'm', '1996-06-14', town, 'улица Заводская, 31, кв. 2'],
  ['Асланян Карина Ваграмовна', 'f', '1978-03-27', town, 'улица Лесная, 9, кв. 71'],
  ['Костин Фёдор Игнатьевич', 'm', '1963-09-19', village, 'улица Полевая, 3'],
  ['Журавлёва Полина Денисовна', 'f', '2012-04-05', town, 'улица Садовая, 14, кв. 27'],
  ['Мухин Евгений Валентинович', 'm', '1984-11-11', town, 'переулок Тихий, 17'],
  ['Сорокина Алевтина Павловна', 'f', '1958-07-02', town, 'улица Садовая, 3, кв. 9'],
  ['Юсупов Ренат Тагирович', 'm', '1991-01-25', town, 'улица Речная, 7, кв. 15'],
  ['Киселёва Жанна Олеговна', 'f', '1967-02-18', town, 'проспект Победы, 60, кв. 88'],
  ['Лаптев Захар Родионович', 'm', '2019-12-22', town, 'улица Мира, 33, кв. 5', true],
];

export function insuredPersons(): InsuredRow[] {
  return rows.map(([name, sex, birthDate, city, line, withoutSnils], n) => {
    const [family, given, patronymic] = name.split(' ') as [string, string, string];
    const fifteen = `99000001${String(n * 11 + 2000).padStart(7, '0')}`;
    const nine = String(900_500_000 + n * 19);
    return {
      enp: fifteen + enpCheckDigit(fifteen), ...(withoutSnils ? {} : { snils: nine + snilsCheckDigits(nine) }),
      family, given, patronymic, sex: sex === 'f' ? 'female' : 'male', birthDate, insurer, since: '2022-02-01', region: 'Заречная область', city, line, rural: city === village,
    };
  });
}
