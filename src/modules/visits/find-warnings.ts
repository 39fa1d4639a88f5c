import type { AllergyIntolerance, MedicationRequest } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { mnnSystem } from '../../terminology/medicines.ts';
import { allergyClassSystem, prescriptionWarnings, type KnownAllergy } from '../../terminology/prescription-warnings.ts';
import type { Field, WarningValue } from './contract.ts';
import { findAll, readOne } from './stored.ts';
import { ageAt } from './vitals.ts';

/** SNOMED CT «no known allergy»: it says that somebody asked. */
export const noKnownAllergy = '716186003';

/** What speaks against a medicine for this patient: allergies, what he takes and what this draft already prescribes, diagnoses, age. */
export async function findWarnings(ctx: Ctx, patient: string, medicine: string, fields: readonly Field[], at: string | undefined): Promise<WarningValue[]> {
  const of = `patient=Patient/${patient}`;
  const [person, allergies, taken, problems] = await Promise.all([
    readOne(ctx, 'Patient', patient),
    findAll(ctx, 'AllergyIntolerance', `${of}&_count=100`),
    findAll(ctx, 'MedicationRequest', `${of}&status=active&_count=200`),
    findAll(ctx, 'Condition', `${of}&clinical-status=active&_count=200`),
  ]);
  const entries = fields.map((field) => field.value).filter((value) => typeof value === 'object' && value !== null);
  const stopped = new Set(entries.flatMap((value) => (value.kind === 'stop' ? [value.medication] : [])));
  const age = ageAt(person.birthDate, at ? new Date(at) : ctx.now);
  return prescriptionWarnings({
    medicine,
    allergies: allergies.filter(isReal).map(asKnown),
    current: [...taken.filter((request) => !stopped.has(request.id)).flatMap(mnnOf), ...entries.flatMap((value) => (value.kind === 'prescription' ? [value.medicine.code] : []))],
    diagnoses: [...problems.flatMap((problem) => problem.code?.coding?.flatMap((coding) => coding.code ?? []) ?? []), ...entries.flatMap((value) => (value.kind === 'diagnosis' ? [value.code] : []))],
    ...(age === undefined ? {} : { age }),
  }).map(({ kind, severity, ru, en }) => ({ kind, severity, ru, en }));
}

/** In force and an allergy to something: not refuted, not an error, not «none known». */
export function isReal(allergy: AllergyIntolerance): boolean {
  const verification = allergy.verificationStatus?.coding?.[0]?.code;
  const clinical = allergy.clinicalStatus?.coding?.[0]?.code;
  return verification !== 'entered-in-error' && verification !== 'refuted' && clinical !== 'resolved' && clinical !== 'inactive' && !saysNone(allergy);
}

export function saysNone(allergy: AllergyIntolerance): boolean {
  return allergy.code?.coding?.some((coding) => coding.code === noKnownAllergy) ?? false;
}

function asKnown({ code, reaction }: AllergyIntolerance): KnownAllergy {
  const codings = [...(code?.coding ?? []), ...(reaction ?? []).flatMap((each) => each.substance?.coding ?? [])];
  const inn = codings.find((coding) => coding.system === mnnSystem)?.code;
  const allergyClass = codings.find((coding) => coding.system === allergyClassSystem)?.code;
  const text = code?.text ?? code?.coding?.[0]?.display;
  return { ...(inn ? { inn } : {}), ...(allergyClass ? { allergyClass } : {}), ...(text ? { text } : {}) };
}

export function mnnOf(request: MedicationRequest): string[] {
  return request.medicationCodeableConcept?.coding?.flatMap((coding) => (coding.system === mnnSystem && coding.code ? [coding.code] : [])) ?? [];
}
