import { otherCompartments } from './compartment-params.ts';
import { model } from './model.ts';
import { compilePath, follow, type Way } from './path.ts';
import { localReference } from './reference-format.ts';
import { searchParams } from './search-params.ts';
import type { Compartments } from './types.ts';

/** Parameters that name whom a resource is about; they go before those that name who did it or paid for it. */
const about = new Set(['subject', 'patient', 'beneficiary', 'individual']);

const plans = new Map<string, readonly Way[]>();

function planOf(type: string): readonly Way[] {
  const known = plans.get(type);
  if (known) return known;
  const names = model().patientCompartment[type] ?? [];
  const ordered = [...names.filter((name) => about.has(name)), ...names.filter((name) => !about.has(name))];
  const ways = ordered.flatMap((name) => {
    const param = searchParams(type).get(name);
    return param ? compilePath(param.expression, type).filter((way) => way.type === 'Reference') : [];
  });
  plans.set(type, ways);
  return ways;
}

/**
 * The local patients whose compartment a resource is in by http://hl7.org/fhir/R4/compartmentdefinition-patient.html, each once: first whom it is
 * about, then in the order of the definition. A Patient is its own and no other's.
 */
export function compartmentsOf(resource: { resourceType: string; id?: string }): Compartments {
  if (resource.resourceType === 'Patient') return { patients: resource.id === undefined ? [] : [resource.id] };
  const patients: string[] = [];
  for (const { steps } of planOf(resource.resourceType)) {
    follow(steps, 0, resource, (value) => {
      const { reference } = value as { reference?: unknown };
      const local = typeof reference === 'string' && reference.startsWith('Patient/') ? localReference(reference) : undefined;
      if (local && !patients.includes(local.id)) patients.push(local.id);
    });
  }
  return { patients };
}

/** The compartments that R4 defines: http://hl7.org/fhir/R4/compartmentdefinition.html */
export const compartmentTypes: readonly string[] = ['Patient', 'Encounter', 'Practitioner', 'RelatedPerson', 'Device'];

/**
 * The parameters that put a resource of a type into a compartment: one of them must lead to its owner. Empty where the type belongs to no such
 * compartment; `_id` stands for the owner itself.
 */
export function compartmentParams(compartment: string, type: string): readonly string[] {
  const own = compartment === type ? ['_id'] : [];
  const named = compartment === 'Patient' ? (model().patientCompartment[type] ?? []) : (otherCompartments[compartment]?.[type]?.split(' ') ?? []);
  return [...own, ...named.filter((name) => searchParams(type).get(name)?.type === 'reference')];
}
