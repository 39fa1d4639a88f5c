import type { TalonLine } from './contract.ts';
import { lists, talonFields } from './lists.ts';
import type { LoadedCase } from './load-cases.ts';
import { diagnosesOf, visitsThatCount, type Said } from './rules.ts';

const nbsp = '\u00a0';
const sexes: Readonly<Record<string, string>> = { male: 'мужской', female: 'женский' };

/** 21.11.2026, in the zone of the clinic; a date alone has no zone. */
export function dayIn(zone: string, at: string | undefined): string {
  if (!at) return '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(at)) return at.split('-').toReversed().join('.');
  return new Intl.DateTimeFormat('ru-RU', { timeZone: zone, day: '2-digit', month: '2-digit', year: 'numeric' }).format(new Date(at));
}

/**
 * The talon 025-1/у as far as it is known: a paper in Russian, whatever the language of the screen. What the patient's card and the visits say is
 * known; what only Karta thinks is marked as proposed until someone closes the case with it.
 */
export function fillTalon(loaded: LoadedCase, zone: string): TalonLine[] {
  const { episode, person, facts, proposal, coverage } = loaded;
  const line = (key: keyof typeof talonFields, values: readonly (string | undefined)[], mark: TalonLine['mark'] = 'known'): TalonLine => {
    const kept = values.filter((value): value is string => Boolean(value));
    return { key, number: talonFields[key].number, label: talonFields[key].ru, values: kept, mark: kept.length === 0 && mark !== 'none' ? 'missing' : mark };
  };
  const closed = episode.status === 'finished';
  const markOf = (said: Said | undefined): TalonLine['mark'] => (!said ? 'missing' : said.stated || closed ? 'stated' : 'proposed');
  const chosen = (key: 'purpose' | 'payer' | 'course' | 'outcome' | 'result'): TalonLine => {
    const choice = lists[key].find((one) => one.code === proposal[key]?.value);
    return line(key, [choice && `${choice.number ?? choice.code} — ${choice.ru.toLowerCase().replace('омс', 'ОМС').replace('дмс', 'ДМС')}`], markOf(proposal[key]));
  };
  const written = visitsThatCount(facts.visits).flatMap((visit) => visit.diagnoses);
  const diagnosis = (key: 'preliminary' | 'final'): TalonLine => {
    const one = written.find((each) => each.condition === proposal[key]?.value);
    return line(key, [one && `${one.code}${nbsp}${one.text}`], markOf(proposal[key]));
  };
  const final = written.find((each) => each.condition === proposal.final?.value);
  const others = diagnosesOf(facts).filter((one) => one.code !== final?.code && one.role !== 'complication');
  const identifier = (system: string) => person?.identifier?.find((one) => one.system === system)?.value;
  const snils = identifier('urn:identity:snils:Patient')?.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, `$1-$2-$3${nbsp}$4`);
  const address = person?.address?.[0];
  const insured = proposal.payer?.value === 'oms';
  const name = person?.name?.find((one) => one.use === 'official') ?? person?.name?.[0];
  return [
    line('opened', [dayIn(zone, facts.start)]),
    line('policy', [coverage?.subscriberId ?? coverage?.identifier?.[0]?.value], insured ? 'known' : 'none'),
    line('insurer', [coverage?.payor?.[0]?.display], 'none'),
    line('snils', [snils], 'none'),
    line('name', [[name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ')]),
    line('sex', [sexes[person?.gender ?? '']]),
    line('born', [dayIn(zone, person?.birthDate)]),
    line('address', [address?.text ?? [address?.city, ...(address?.line ?? [])].filter(Boolean).join(', ')], 'none'),
    chosen('payer'),
    line('aid', ['первичная медико-санитарная']),
    line('place', ['поликлиника']),
    chosen('purpose'),
    line('repeated', [proposal.course ? (proposal.course.value === 'known-chronic' ? 'повторное' : 'первичное') : undefined], 'none'),
    chosen('result'),
    chosen('outcome'),
    diagnosis('preliminary'),
    line('services', loaded.services.map(({ visit, service, doctor }) => [dayIn(zone, visit.start), service ? `${service.code} ${service.name}` : doctor.post || 'услуга не определена', visit.doctor.name].join(' · '))),
    diagnosis('final'),
    line('injury', [], 'none'),
    line('concomitant', others.map((one) => `${one.code}${nbsp}${one.text}`), 'none'),
    ...(proposal.course || !final ? [chosen('course')] : [line('course', [], 'none')]),
    line('dispensary', proposal.purpose?.value === '1.3' ? ['состоит'] : [], 'none'),
    line('closed', [dayIn(zone, episode.period?.end)], 'none'),
    line('doctor', [loaded.doctor.name]),
  ];
}
