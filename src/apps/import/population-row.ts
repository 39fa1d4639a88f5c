import type { Patient } from '@medplum/fhirtypes';
import { checkEnp, checkSnils, identifierFaultText } from '../../kernel/identifiers.ts';
import type { Language } from '../../kernel/problem.ts';

/** Columns of the attached population: names in the header, in any order and case; the first three and the birth date are needed. */
export const columns = {
  family: ['фамилия', 'family'],
  given: ['имя', 'given'],
  patronymic: ['отчество', 'patronymic'],
  birthDate: ['дата рождения', 'birthdate'],
  gender: ['пол', 'gender'],
  snils: ['снилс', 'snils'],
  enp: ['енп', 'полис', 'enp'],
  phone: ['телефон', 'phone'],
  address: ['адрес', 'address'],
  district: ['участок', 'district'],
} as const;

export type Column = keyof typeof columns;

/** A person as the row says, or what is wrong with it. */
export interface Person {
  line: number;
  family: string;
  given: string[];
  birthDate: string;
  snils: string | undefined;
  enp: string | undefined;
  patient: Patient;
}

/** Which cell each column has; undefined where a needed one is missing. */
export function readHeader(cells: readonly string[]): { places: Map<Column, number>; missing: string[]; unknown: string[] } {
  const names = cells.map((cell) => cell.toLowerCase().replace(/\s+/g, ' ').trim());
  const places = new Map<Column, number>();
  for (const [column, known] of Object.entries(columns) as [Column, readonly string[]][]) {
    const place = names.findIndex((name) => known.includes(name));
    if (place !== -1) places.set(column, place);
  }
  const missing = (['family', 'given', 'birthDate'] as const).filter((column) => !places.has(column)).map((column) => columns[column][0]);
  return { places, missing, unknown: cells.filter((_, index) => ![...places.values()].includes(index) && names[index] !== '') };
}

/** A row to a Patient. Every fault of the row is named; a row with one is not imported. */
export function readPerson(line: number, cells: readonly string[], places: ReadonlyMap<Column, number>, clinic: string | undefined, language: Language): { person: Person } | { faults: string[] } {
  const cell = (column: Column): string => {
    const place = places.get(column);
    return place === undefined ? '' : (cells[place] ?? '').replace(/\s+/g, ' ').trim();
  };
  const faults: string[] = [];
  const family = cell('family');
  const given = [cell('given'), cell('patronymic')].filter((name) => name !== '' && name !== '-');
  if (family === '' || cell('given') === '') faults.push(language === 'ru' ? 'нет фамилии или имени' : 'family or given name is missing');
  const birthDate = readDate(cell('birthDate'));
  if (birthDate === undefined) faults.push(language === 'ru' ? `дата рождения «${cell('birthDate')}» не понята` : `the birth date “${cell('birthDate')}” was not understood`);
  const gender = readGender(cell('gender'));
  if (gender === undefined && cell('gender') !== '') faults.push(language === 'ru' ? `пол «${cell('gender')}» не понят` : `the gender “${cell('gender')}” was not understood`);
  const snils = readNumber('СНИЛС', cell('snils'), checkSnils, faults, language);
  const enp = readNumber('ЕНП', cell('enp'), checkEnp, faults, language);
  if (faults.length > 0) return { faults };
  const identifier = [...(snils ? [{ system: 'urn:identity:snils:Patient', value: snils }] : []), ...(enp ? [{ system: 'urn:identity:enp:Patient', value: enp }] : [])];
  const patient: Patient = {
    resourceType: 'Patient',
    name: [{ use: 'official', family, given }],
    birthDate: birthDate!,
    ...(gender === undefined ? {} : { gender }),
    ...(identifier.length > 0 ? { identifier } : {}),
    ...(cell('phone') ? { telecom: [{ system: 'phone' as const, value: cell('phone') }] } : {}),
    ...(cell('address') ? { address: [{ text: cell('address') }] } : {}),
    ...(cell('district') ? { extension: [{ url: 'urn:karta:district', valueString: cell('district') }] } : {}),
    ...(clinic === undefined ? {} : { managingOrganization: { reference: clinic } }),
  };
  return { person: { line, family, given, birthDate: birthDate!, snils, enp, patient } };
}

function readNumber(name: string, text: string, check: typeof checkSnils, faults: string[], language: Language): string | undefined {
  if (text === '') return undefined;
  const checked = check(text);
  if (checked.valid) return checked.value;
  faults.push(`${name} ${text}: ${identifierFaultText(checked.fault, language)}`);
  return undefined;
}

/** `14.03.1959`, `1959-03-14`; a day that the calendar does not have is refused. */
export function readDate(text: string): string | undefined {
  const russian = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  const iso = russian ? `${russian[3]}-${russian[2]!.padStart(2, '0')}-${russian[1]!.padStart(2, '0')}` : text;
  if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return undefined;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : undefined;
}

function readGender(text: string): 'male' | 'female' | undefined {
  const letter = text.toLowerCase();
  if (['м', 'муж', 'муж.', 'мужской', 'm', 'male', '1'].includes(letter)) return 'male';
  if (['ж', 'жен', 'жен.', 'женский', 'f', 'female', '2'].includes(letter)) return 'female';
  return undefined;
}
