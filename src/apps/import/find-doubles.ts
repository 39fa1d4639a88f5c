import type { Language } from '../../kernel/problem.ts';
import { foldText } from '../../fhir/index.ts';
import type { ImportParts } from './import-file.ts';
import type { Person } from './population-row.ts';

/** Two rows, or a row and a card, that are likely one person, and why. */
export interface Double {
  line: number;
  reason: string;
}

const words = {
  ru: { snils: 'тот же СНИЛС', enp: 'тот же ЕНП', name: 'те же ФИО и дата рождения', row: 'что и в строке', card: 'что и в карте' },
  en: { snils: 'the same СНИЛС', enp: 'the same ЕНП', name: 'the same name and birth date', row: 'as in line', card: 'as in the card' },
};

/** Likely doubles within the file and with the cards that are there already. */
export async function findDoubles(parts: ImportParts, persons: readonly Person[], language: Language): Promise<Double[]> {
  const say = words[language];
  const doubles = new Map<number, string>();
  const first = new Map<string, number>();
  for (const person of persons) {
    for (const [kind, key] of keysOf(person)) {
      const line = first.get(`${kind} ${key}`);
      if (line === undefined) first.set(`${kind} ${key}`, person.line);
      else if (!doubles.has(person.line)) doubles.set(person.line, `${say[kind]}, ${say.row} ${line}`);
    }
  }
  for (const [kind, system] of [['snils', 'urn:identity:snils:Patient'], ['enp', 'urn:identity:enp:Patient']] as const) {
    const byValue = new Map(persons.flatMap((person) => (person[kind] ? [[person[kind], person.line]] : [])));
    await lookUp(parts, [...byValue.keys()].map((value) => `${system}|${value}`), 'identifier', (patient) => {
      for (const identifier of patient.identifier ?? []) {
        const line = identifier.system === system ? byValue.get(identifier.value ?? '') : undefined;
        if (line !== undefined && !doubles.has(line)) doubles.set(line, `${say[kind]}, ${say.card} Patient/${patient.id}`);
      }
    });
  }
  const byName = new Map(persons.map((person) => [nameKey(person.family, person.given, person.birthDate), person.line]));
  await lookUp(parts, [...new Set(persons.map(({ birthDate }) => birthDate))], 'birthdate', (patient) => {
    for (const name of patient.name ?? []) {
      const line = byName.get(nameKey(name.family ?? '', name.given ?? [], patient.birthDate ?? ''));
      if (line !== undefined && !doubles.has(line)) doubles.set(line, `${say.name}, ${say.card} Patient/${patient.id}`);
    }
  });
  return [...doubles].map(([line, reason]) => ({ line, reason })).sort((a, b) => a.line - b.line);
}

function* keysOf(person: Person): Generator<['snils' | 'enp' | 'name', string]> {
  if (person.snils) yield ['snils', person.snils];
  if (person.enp) yield ['enp', person.enp];
  yield ['name', nameKey(person.family, person.given, person.birthDate)];
}

/** ё and е, case and spaces make no other person. */
function nameKey(family: string, given: readonly string[], birthDate: string): string {
  return `${foldText([family, ...given].join(' '))} ${birthDate}`;
}

interface Known {
  id: string;
  identifier?: { system?: string; value?: string }[];
  name?: { family?: string; given?: string[] }[];
  birthDate?: string;
}

/** Asks for many values at once, fifty to a search, and follows every page. */
async function lookUp({ store, scope }: ImportParts, values: readonly string[], param: string, visit: (patient: Known) => void): Promise<void> {
  for (let start = 0; start < values.length; start += 50) {
    const query = `${param}=${values.slice(start, start + 50).map(encodeURIComponent).join(',')}&_count=500`;
    for (let cursor: string | undefined; ; ) {
      const page = await store.search(scope, 'Patient', cursor === undefined ? query : `${query}&_cursor=${encodeURIComponent(cursor)}`);
      for (const { content } of page.matches) visit(JSON.parse(content) as Known);
      cursor = page.next;
      if (cursor === undefined) break;
    }
  }
}
