import { searchParams } from '../fhir/index.ts';
import { Problem } from '../kernel/problem.ts';

/**
 * The criteria of `/Patient/{id}/{Type}` (http://hl7.org/fhir/R4/compartmentdefinition-patient.html): whose record it is, by `patient`,
 * else by the reference that stands for it in types without one.
 */
export function compartmentQuery(type: string, id: string): string {
  if (type === 'Patient') return `_id=${id}`;
  const known = searchParams(type);
  const param = ['patient', 'subject', 'beneficiary', 'member', 'participant', 'individual'].find((name) => known.get(name)?.targets.includes('Patient'));
  if (!param) throw new Problem('rest.not-a-compartment', { type });
  return `${param}=Patient/${id}`;
}
