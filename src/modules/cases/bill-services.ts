import { checkEnp } from '../../kernel/identifiers.ts';
import type { ListName, Obstacle, ServiceRow, ServicesAnswer } from './contract.ts';
import { lists } from './lists.ts';
import type { LoadedCase } from './load-cases.ts';
import { diagnosesOf, isDisease } from './rules.ts';
import { personOf } from './stored.ts';

/** «2026-11-21» in the zone of the clinic; a date alone has no zone. */
export function dateIn(zone: string, at: string): string {
  if (!at.includes('T')) return at.slice(0, 10);
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(new Date(at)).map((part) => [part.type, part.value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** The policy that pays: its number, or that of the Patient. A newborn's is the mother's with birth date and ordinal. */
function policyOf({ coverage, person }: LoadedCase): string {
  return coverage?.subscriberId ?? coverage?.identifier?.[0]?.value ?? person?.identifier?.find((one) => one.system === 'urn:identity:enp:Patient')?.value ?? '';
}

/** Why a closed case cannot go into an account; empty where it can. Only what a person stated counts here: an account is no place for guesses. */
export function obstaclesOf(loaded: LoadedCase): Obstacle[] {
  const { stated } = loaded.facts;
  const policy = policyOf(loaded);
  const found: Obstacle[] = [];
  if (loaded.services.length === 0) found.push('no-visits');
  if (loaded.services.some(({ visit }) => visit.state === 'open')) found.push('open-visit');
  if (!diagnosesOf(loaded.facts).some((one) => one.condition === stated.final) && !loaded.facts.visits.some((visit) => visit.diagnoses.some((one) => one.condition === stated.final))) found.push('final');
  if (!stated.outcome || !stated.result) found.push('outcome');
  if (!stated.payer) found.push('payer');
  if (!stated.purpose) found.push('purpose');
  if (stated.payer === 'oms' && !policy) found.push('policy');
  else if (stated.payer === 'oms' && !checkEnp(policy.split('_')[0]!).valid) found.push('policy-number');
  if (loaded.services.some(({ service }) => !service)) found.push('speciality');
  return found;
}

/** One row a service. Asked only for a case without obstacles. */
export function rowsOf(loaded: LoadedCase, zone: string): ServiceRow[] {
  const { stated, visits } = loaded.facts;
  const icd = visits.flatMap((visit) => visit.diagnoses).find((one) => one.condition === stated.final)?.code ?? '';
  const patient = personOf(loaded.patient, loaded.person);
  const snils = loaded.person?.identifier?.find((one) => one.system === 'urn:identity:snils:Patient')?.value ?? '';
  return loaded.services.map(({ visit, service, speciality }): ServiceRow => ({
    case: loaded.episode.id, patient, policy: policyOf(loaded), snils, icd, course: isDisease(icd) ? (stated.course ?? '') : '', service: service ?? { code: '', name: '' }, date: dateIn(zone, visit.start), doctor: visit.doctor.name,
    speciality: speciality ?? { code: '', name: '' }, payer: stated.payer ?? '', purpose: stated.purpose ?? '', outcome: stated.outcome ?? '', result: stated.result ?? '',
  }));
}

export function totalsOf(rows: readonly ServiceRow[]): ServicesAnswer['totals'] {
  const count = (all: readonly ServiceRow[]) => ({ cases: new Set(all.map((row) => row.case)).size, services: all.length });
  return {
    ...count(rows), patients: new Set(rows.map((row) => row.patient.id)).size,
    byPayer: lists.payer.map(({ code }) => ({ payer: code, ...count(rows.filter((row) => row.payer === code)) })).filter((one) => one.services > 0),
  };
}

const russian = (list: ListName, code: string): string => (lists[list]).find((one) => one.code === code)?.ru ?? code;

const columns: readonly [title: string, value: (row: ServiceRow) => string][] = [
  ['Случай', (row) => row.case],
  ['Пациент', (row) => row.patient.name],
  ['Дата рождения', (row) => row.patient.birthDate],
  ['Пол', (row) => (row.patient.sex === 'male' ? 'М' : row.patient.sex === 'female' ? 'Ж' : '')],
  ['Полис', (row) => row.policy],
  ['СНИЛС', (row) => row.snils],
  ['МКБ-10', (row) => row.icd ?? ''],
  ['Характер заболевания', (row) => (row.course ? russian('course', row.course) : '')],
  ['Код услуги', (row) => row.service.code],
  ['Услуга', (row) => row.service.name],
  ['Дата', (row) => row.date],
  ['Врач', (row) => row.doctor.replaceAll('\u00a0', ' ')],
  ['Код специальности', (row) => row.speciality.code],
  ['Специальность', (row) => row.speciality.name],
  ['Оплата', (row) => russian('payer', row.payer)],
  ['Код цели', (row) => row.purpose],
  ['Код исхода', (row) => row.outcome],
  ['Исход', (row) => russian('outcome', row.outcome)],
  ['Код результата', (row) => row.result],
];

/** The table of the account as a Russian Excel opens it: semicolons, byte order mark, a cell never starts a formula. One row a service, totals in the last. */
export function writeTable(rows: readonly ServiceRow[]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[";\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const { cases, services } = totalsOf(rows);
  const lines = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, value]) => value(row))), ['Итого', `случаев: ${cases}`, `услуг: ${services}`]];
  return `\ufeff${lines.map((line) => line.map(cell).join(';')).join('\r\n')}\r\n`;
}
