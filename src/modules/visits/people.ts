import type { HumanName, Patient } from '@medplum/fhirtypes';
import type { Person } from './contract.ts';

const nbsp = '\u00a0';

/** «Иванова Мария Петровна» */
export function fullName(names: readonly HumanName[] | undefined): string {
  const name = usual(names);
  return [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ') || name?.text || '';
}

/** «Иванова М. П.», with spaces that do not break */
export function shortName(names: readonly HumanName[] | undefined): string {
  const name = usual(names);
  if (!name?.family) return name?.text ?? fullName(names);
  return [name.family, ...(name.given ?? []).filter(Boolean).map((part) => `${[...part][0]!.toUpperCase()}.`)].join(nbsp);
}

function usual(names: readonly HumanName[] | undefined): HumanName | undefined {
  return names?.find((name) => name.use === 'official') ?? names?.find((name) => name.use !== 'old') ?? names?.[0];
}

export function personOf(patient: Patient): Person {
  return { id: patient.id!, name: fullName(patient.name), shortName: shortName(patient.name), birthDate: patient.birthDate ?? '', sex: patient.gender ?? 'unknown' };
}
