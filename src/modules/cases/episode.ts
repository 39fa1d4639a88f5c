import type { EpisodeOfCare, EpisodeOfCareDiagnosis, Extension } from '@medplum/fhirtypes';
import { lists } from './lists.ts';
import type { Choices } from './contract.ts';
import type { Course, Stated } from './rules.ts';

/**
 * What a case says, in its EpisodeOfCare (http://hl7.org/fhir/R4/episodeofcare.html): the purpose is its `type`, the diagnoses stand by role
 * (AD preliminary, DD final, CM concomitant), the rest in extensions. Diagnoses carry no words: a registrar reads cases, not diagnoses.
 */

export const urls = {
  payer: 'urn:karta:payer',
  outcome: 'urn:karta:case-outcome',
  result: 'urn:karta:case-result',
  course: 'urn:karta:course',
  talon: 'urn:karta:talon',
} as const;
const purposeSystem = 'urn:karta:case-purpose';
const roleSystem = 'http://terminology.hl7.org/CodeSystem/diagnosis-role';

const extensionOf = (episode: EpisodeOfCare, url: string): Extension | undefined => episode.extension?.find((extension) => extension.url === url);
const diagnosisOf = (episode: EpisodeOfCare, role: string) => episode.diagnosis?.find((one) => one.role?.coding?.some((coding) => coding.code === role))?.condition.reference?.replace('Condition/', '');

export function statedIn(episode: EpisodeOfCare): Stated {
  return {
    purpose: episode.type?.flatMap((type) => type.coding ?? []).find((coding) => coding.system === purposeSystem)?.code,
    payer: extensionOf(episode, urls.payer)?.valueCoding?.code,
    course: extensionOf(episode, urls.course)?.valueCode as Course | undefined,
    outcome: extensionOf(episode, urls.outcome)?.valueCoding?.code,
    result: extensionOf(episode, urls.result)?.valueCoding?.code,
    preliminary: diagnosisOf(episode, 'AD'),
    final: diagnosisOf(episode, 'DD'),
  };
}

export const talonIn = (episode: EpisodeOfCare): string | undefined => extensionOf(episode, urls.talon)?.valueReference?.reference;

/** What stands with the changes over it; null takes a word back. */
export function withChoices(stated: Stated, choices: Choices): Stated {
  const merged: Record<string, unknown> = { ...stated };
  for (const [key, value] of Object.entries(choices)) if (value !== undefined) merged[key] = value ?? undefined;
  return merged;
}

const role = (condition: string, code: string, display: string, rank: number): EpisodeOfCareDiagnosis => ({ condition: { reference: `Condition/${condition}` }, role: { coding: [{ system: roleSystem, code, display }] }, rank });

/** The EpisodeOfCare that says this; everything else in it stays. */
export function stateCase<T extends EpisodeOfCare>(episode: T, stated: Stated, more: { concomitant?: readonly string[]; talon?: string } = {}): T {
  const coding = (list: 'payer' | 'outcome' | 'result', code: string) => ({ system: urls[list], code, display: lists[list].find((one) => one.code === code)?.ru ?? code });
  const purpose = lists.purpose.find((one) => one.code === stated.purpose);
  const own: readonly string[] = Object.values(urls);
  const talon = more.talon ?? talonIn(episode);
  const extension: Extension[] = [
    ...(episode.extension ?? []).filter((one) => !own.includes(one.url)),
    ...(['payer', 'outcome', 'result'] as const).flatMap((list): Extension[] => (stated[list] ? [{ url: urls[list], valueCoding: coding(list, stated[list]) }] : [])),
    ...(stated.course ? [{ url: urls.course, valueCode: stated.course }] : []),
    ...(talon ? [{ url: urls.talon, valueReference: { reference: talon } }] : []),
  ];
  const diagnosis = [
    ...(stated.final ? [role(stated.final, 'DD', 'заключительный', 1)] : []),
    ...(stated.preliminary ? [role(stated.preliminary, 'AD', 'предварительный', 2)] : []),
    ...(more.concomitant ?? []).map((condition, index) => role(condition, 'CM', 'сопутствующий', index + 3)),
  ];
  const { extension: _, diagnosis: __, type: ___, ...rest } = episode;
  const others = (episode.type ?? []).filter((type) => type.coding?.some((one) => one.system !== purposeSystem));
  const type = purpose ? [{ coding: [{ system: purposeSystem, code: purpose.code, display: purpose.ru }], text: purpose.ru }, ...others] : (episode.type ?? []).filter((one) => !one.coding?.some((each) => each.system === purposeSystem));
  return { ...rest, ...(extension.length > 0 ? { extension } : {}), ...(diagnosis.length > 0 ? { diagnosis } : {}), ...(type.length > 0 ? { type } : {}) } as T;
}
