import type { HumanName, Patient } from '@medplum/fhirtypes';
import type { Person } from './contract.ts';

const nbsp = '\u00a0';

function usual(names: readonly HumanName[] | undefined): HumanName | undefined {
  return names?.find((name) => name.use === 'official') ?? names?.find((name) => name.use !== 'old') ?? names?.[0];
}

/** «Иванова Мария Петровна» */
export function fullNameOf(names: readonly HumanName[] | undefined): string {
  const name = usual(names);
  return [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ') || name?.text || '';
}

/** «Иванова М. П.», with spaces that do not break. */
export function shortNameOf(names: readonly HumanName[] | undefined): string {
  const name = usual(names);
  if (!name?.family) return fullNameOf(names);
  return [name.family, ...(name.given ?? []).filter(Boolean).map((part) => `${[...part][0]!.toUpperCase()}.`)].join(nbsp);
}

export function personOf(patient: Patient): Person {
  return { id: patient.id!, name: fullNameOf(patient.name), shortName: shortNameOf(patient.name), birthDate: patient.birthDate ?? '', sex: patient.gender ?? 'unknown' };
}

export const identifierOf = (patient: Patient, system: string): string | undefined => patient.identifier?.find((each) => each.system === system)?.value;
export const districtOf = (patient: Patient): string | undefined => patient.extension?.find((each) => each.url === 'urn:karta:district')?.valueString;
