/**
 * How long the desk waits for a person among 20,000 (or `node bench/find-persons.ts 50000`): median and slowest answer to each kind of
 * question, in milliseconds, on a PostgreSQL of its own. The limit is for the median of each.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../src/db/database.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import type { Database } from '../src/db/types.ts';
import { loadFhir } from '../src/fhir/index.ts';
import { findDoubles } from '../src/modules/patients/find-doubles.ts';
import { findPersons } from '../src/modules/patients/find-persons.ts';
import { openDesk } from '../test/desk.ts';

const limit = 200;

const families = ['Иванов', 'Смирнов', 'Кузнецов', 'Попов', 'Васильев', 'Петров', 'Соколов', 'Михайлов', 'Новиков', 'Фёдоров', 'Морозов', 'Волков', 'Алексеев', 'Лебедев', 'Семёнов', 'Егоров', 'Павлов', 'Козлов', 'Степанов', 'Николаев', 'Благовещенский', 'Хайруллин', 'Шевченко', 'Цветков', 'Журавлёв', 'Ермаков'];
const givens = ['Александр', 'Сергей', 'Дмитрий', 'Андрей', 'Алексей', 'Максим', 'Евгений', 'Иван', 'Михаил', 'Артём', 'Рустам', 'Тимур', 'Глеб', 'Ярослав', 'Фёдор'];
const fathers = ['Александрович', 'Сергеевич', 'Дмитриевич', 'Андреевич', 'Алексеевич', 'Иванович', 'Михайлович', 'Петрович', 'Ильич', 'Маратович'];

async function measureDesk(database: Database, count: number): Promise<Record<string, { median: number; slowest: number }>> {
  const place = await openDesk(database);
  for (let from = 0; from < count; from += 1000) {
    await place.keep(...Array.from({ length: Math.min(1000, count - from) }, (_, at) => person(from + at)));
  }
  await database.query('analyze');
  const desk = await place.desk();
  const questions: Record<string, string[]> = {
    'family and given name': ['Благовещенский Глеб', 'Ермаков Тимур', 'Шевченко Ярослав'],
    'half typed': ['благ гл', 'ива', 'цвет фед'],
    'name and birth date': ['Иванов 14.03.1959', 'Петров Иван 01.02.1970'],
    'birth date': ['14.03.1959', '01021970'],
    phone: ['8 900 000 12 34', '9000015000'],
    СНИЛС: ['10000777700', '10001234500'],
    mistyped: ['Благовищенский Глеп', 'Шевчинко Ярослав', 'Хайрулин'],
    'mistyped first letter': ['Лаговещенский', 'Аванов Сергей'],
    nobody: ['Щъщъщъщ Ыъыъыъы'],
  };
  const result: Record<string, { median: number; slowest: number }> = {};
  for (const [kind, texts] of Object.entries(questions)) result[kind] = await measure(texts.map((text) => () => findPersons(desk, text)));
  result['doubles while typing'] = await measure([() => findDoubles(desk, { family: 'Иванов', given: 'Сергей', patronymic: 'Петрович', birthDate: '1959-03-14', sex: 'male', phones: [{ number: '+79000001234', kind: 'mobile' }] })]);
  return result;
}

async function measure(asks: readonly (() => Promise<unknown>)[]): Promise<{ median: number; slowest: number }> {
  const times: number[] = [];
  for (let round = 0; round < 12; round++) {
    for (const ask of asks) {
      const start = performance.now();
      await ask();
      if (round > 1) times.push(performance.now() - start);
    }
  }
  times.sort((a, b) => a - b);
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return { median: rounded(times[Math.floor(times.length / 2)]!), slowest: rounded(times.at(-1)!) };
}

function person(n: number) {
  const pick = <T>(list: readonly T[], step: number): T => list[Math.floor(n / step) % list.length]!;
  const woman = n % 2 === 1;
  const family = pick(families, 1) + (n % 97 === 0 ? 'ский' : '');
  const born = new Date(Date.UTC(1935, 0, 1) + ((n * 7919) % 32_000) * 86_400_000).toISOString().slice(0, 10);
  return {
    resourceType: 'Patient', id: `bench-${n}`, active: true, gender: woman ? 'female' : 'male', birthDate: born,
    name: [{ use: 'official', family, given: [pick(givens, 26), pick(fathers, 390)] }],
    identifier: [{ system: 'urn:identity:snils:Patient', value: `1${String(n).padStart(8, '0')}00` }, { system: 'urn:identity:enp:Patient', value: `97${String(n).padStart(14, '0')}` }],
    telecom: [{ system: 'phone', value: `+7900${String(n).padStart(7, '0')}` }],
    address: [{ text: `Заречинск, улица Садовая, ${n % 300}, кв. ${n % 97}` }],
  };
}

loadFhir();
const data = mkdtempSync(join(tmpdir(), 'karta-bench-'));
chmodSync(data, 0o711); // as root, the database's user has to pass through
const embedded = await startEmbedded({ data });
const database = await connect(embedded.url);
try {
  await migrate(database);
  const figures = await measureDesk(database, Number(process.argv[2] ?? 20_000));
  for (const [kind, { median, slowest }] of Object.entries(figures)) console.log(`${kind.padEnd(24)} median ${median.toFixed(1).padStart(7)} ms  slowest ${slowest.toFixed(1).padStart(7)} ms  ${(median / limit).toFixed(2)} of the limit`);
  process.exitCode = Object.values(figures).some(({ median }) => median > limit) ? 1 : 0;
} finally {
  await database.end();
  await embedded.stop();
  rmSync(data, { recursive: true, force: true });
}
