import type { HumanName, Patient } from '@medplum/fhirtypes';
import type { Stored } from '../../store/types.ts';
import type { PersonAnswer } from './contract.ts';

export const systems = {
  snils: 'urn:identity:snils:Patient',
  enp: 'urn:identity:enp:Patient',
  passport: 'urn:identity:passport-rf:Patient',
  document: 'urn:karta:identity-document',
  card: 'urn:karta:card',
} as const;

export type StoredPatient = Patient & { id: string };

export function asPatient(stored: Pick<Stored, 'content'>): StoredPatient {
  return JSON.parse(stored.content) as StoredPatient;
}

export function officialName(patient: Pick<Patient, 'name'>): HumanName {
  return patient.name?.find(({ use }) => use === 'official') ?? patient.name?.[0] ?? {};
}

export function nameOf({ family, given = [], text }: HumanName): string {
  return [family, ...given].filter(Boolean).join(' ') || (text ?? '');
}

/** «Иванова М. П.» with spaces that do not break. */
export function shortNameOf({ family, given = [], text }: HumanName): string {
  return family ? [family, ...given.filter(Boolean).map((part) => `${[...part][0]!.toUpperCase()}.`)].join('\u00a0') : (text ?? '');
}

export function personAnswer(patient: StoredPatient): PersonAnswer {
  const name = officialName(patient);
  return { id: patient.id, name: nameOf(name), shortName: shortNameOf(name), birthDate: patient.birthDate, sex: patient.gender };
}

export function identifierOf(patient: Pick<Patient, 'identifier'>, system: string): string | undefined {
  return patient.identifier?.find((identifier) => identifier.system === system && identifier.value)?.value;
}

export function addressText(patient: Pick<Patient, 'address'>): string | undefined {
  const home = patient.address?.[0];
  return home?.text ?? ([home?.city, ...(home?.line ?? [])].filter(Boolean).join(', ') || undefined);
}

/** Ten digits of each Russian phone. */
export function phonesOf(patient: Pick<Patient, 'telecom'>): string[] {
  return (patient.telecom ?? []).flatMap(({ system, value = '' }) => {
    const digits = value.replace(/\D/g, '');
    return system === 'phone' && digits.length >= 10 ? [digits.slice(-10)] : [];
  });
}

/** The card that this one was merged into, and the cards merged into this one. */
export function linksOf(patient: Patient): { replacedBy: string[]; replaces: string[] } {
  const of = (type: string) => (patient.link ?? []).flatMap((link) => (link.type === type && link.other.reference?.startsWith('Patient/') ? [link.other.reference.slice('Patient/'.length)] : []));
  return { replacedBy: of('replaced-by'), replaces: of('replaces') };
}
