/** Fictional people and findings for the gallery; the moment is fixed so that pictures stay the same. */

export const person = { name: 'Соколова Анна Викторовна', role: 'doctor', roleText: 'терапевт', organization: 'Поликлиника № 2', reference: 'Practitioner/demo-sokolova' };

export interface Booking {
  id: string;
  time: string;
  name: string;
  reason: string;
  state: string;
  tone: 'plain' | 'done' | 'attention' | 'accent';
  row?: 'past' | 'now';
}

export const bookings: readonly Booking[] = [
  { id: '1', time: '8:30', name: 'Громов Илья Сергеевич, 42 года', reason: 'Повторный приём · подписано', state: 'принят', tone: 'done', row: 'past' },
  { id: '2', time: '8:45', name: 'Фёдорова Анна Ильинична, 29 лет', reason: 'Первичный · подписано', state: 'принята', tone: 'done', row: 'past' },
  { id: '3', time: '9:00', name: 'Лебедев Пётр Андреевич, 71 год', reason: 'Повторный · отложен черновик', state: 'ждёт подписи', tone: 'attention', row: 'past' },
  { id: '4', time: '9:15', name: 'Иванова Мария Петровна, 67 лет', reason: 'Артериальная гипертензия · доврачебный осмотр сделан', state: 'в кабинете', tone: 'accent', row: 'now' },
  { id: '5', time: '9:30', name: 'Кузнецов Олег Викторович, 35 лет', reason: 'Справка для бассейна', state: 'пришёл 9 мин назад', tone: 'attention' },
  { id: '6', time: '9:45', name: 'Алексеева Дарья Романовна, 18 лет', reason: 'Первичный · по направлению', state: 'записана через Госуслуги', tone: 'plain' },
  { id: '7', time: '10:00', name: 'Христорождественская-Преображенская Александра Константиновна, 58 лет', reason: 'Повторный · результаты готовы · просила принять вместе с сопровождающим, слабослышащая, нужен первый этаж', state: 'записана врачом', tone: 'plain' },
];

export const crowd = Array.from({ length: 1000 }, (_, at) => ({
  id: String(at),
  name: `${['Иванов', 'Петров', 'Сидоров', 'Кузнецов', 'Смирнов', 'Фёдоров'][at % 6]} ${['Пётр', 'Илья', 'Олег', 'Марк'][at % 4]} ${['Ильич', 'Петрович', 'Маркович'][at % 3]}`,
  born: `19${String(30 + (at % 70)).padStart(2, '0')}-0${1 + (at % 9)}-1${at % 10}`,
  district: String(1 + (at % 12)),
  pressure: 110 + ((at * 37) % 80),
}));

const daily = (values: readonly number[], start: string) => values.map((value, at) => ({ at: new Date(Date.parse(start) + at * 28 * 86_400_000).toISOString(), value }));

export const findings = [
  { name: 'Давление', value: '158/94', unit: 'мм рт. ст.', verdict: 'high' as const, low: 100, high: 139, points: daily([128, 134, 131, 138, 136, 142, 146, 151, 158], '2026-04-11'), at: '2026-11-21T09:05:00+03:00' },
  { name: 'Пульс', value: 72, unit: 'уд/мин', low: 60, high: 80, points: daily([72, 74, 70, 76, 71, 74, 72, 73, 72], '2026-04-11'), at: '2026-11-21T09:05:00+03:00' },
  { name: 'ЛПНП', value: '3.8', unit: 'ммоль/л', low: undefined, high: 3, points: daily([4.1, 4, 3.7, 3.6, 3.7, 3.8], '2026-06-11'), at: '2026-11-12' },
  { name: 'Калий', value: '3.1', unit: 'ммоль/л', low: 3.5, high: 5.1, points: daily([4.1, 4, 3.9, 3.7, 3.4, 3.1], '2026-06-11'), at: '2026-11-12' },
  { name: 'Глюкоза', value: '5.60', unit: 'ммоль/л', low: 4.1, high: 6.1, points: daily([5.2, 5, 5.4, 5.3, 5.5, 5.6], '2026-06-11'), at: '2026-11-12' },
  { name: 'Креатинин', value: 88, unit: 'мкмоль/л', low: 53, high: 97, points: daily([88], '2026-11-11'), at: '2026-11-12' },
];

export const codes = [
  { system: 'urn:oid:1.2.643.5.1.13.13.11.1005', code: 'I11.9', display: 'Гипертоническая болезнь с преимущественным поражением сердца без сердечной недостаточности' },
  { system: 'urn:oid:1.2.643.5.1.13.13.11.1005', code: 'I11.0', display: 'Гипертоническая болезнь с преимущественным поражением сердца с (застойной) сердечной недостаточностью' },
  { system: 'urn:oid:1.2.643.5.1.13.13.11.1005', code: 'I13.9', display: 'Гипертоническая болезнь с преимущественным поражением сердца и почек неуточнённая' },
];
