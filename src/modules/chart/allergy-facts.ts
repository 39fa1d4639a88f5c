import type { AllergyIntolerance } from '@medplum/fhirtypes';
import type { Allergies, Allergy } from './contract.ts';

/** SNOMED CT: no known allergy. Asked, and none: not the same as nothing recorded. */
export const noKnownAllergy = '716186003';

type Recorded = AllergyIntolerance & { id: string };

const status = (allergy: AllergyIntolerance) => allergy.verificationStatus?.coding?.[0]?.code;
const inForce = (allergy: AllergyIntolerance) =>
  status(allergy) !== 'entered-in-error' && status(allergy) !== 'refuted' && !['inactive', 'resolved'].includes(allergy.clinicalStatus?.coding?.[0]?.code ?? '');
const saysNone = (allergy: AllergyIntolerance) => (allergy.code?.coding ?? []).some(({ code }) => code === noKnownAllergy);

/** Entries in force that name something. */
export const realAllergies = <T extends AllergyIntolerance>(allergies: readonly T[]): T[] => allergies.filter((each) => inForce(each) && !saysNone(each));
export const noneEntries = <T extends AllergyIntolerance>(allergies: readonly T[]): T[] => allergies.filter((each) => inForce(each) && saysNone(each));

/** What is known: allergies; asked and none; nobody asked. A known allergy outweighs an older «none». */
export function allergyFacts(allergies: readonly Recorded[]): Allergies {
  const real = realAllergies(allergies);
  if (real.length > 0) return { state: 'known', items: real.map(asAllergy).sort((a, b) => Number(b.severe) - Number(a.severe) || a.text.localeCompare(b.text, 'ru')) };
  const none = noneEntries(allergies).sort((a, b) => (b.recordedDate ?? '').localeCompare(a.recordedDate ?? ''))[0];
  if (!none) return { state: 'unasked' };
  return { state: 'none', ...(none.recordedDate ? { asked: none.recordedDate } : {}), ...(none.recorder?.display ? { by: none.recorder.display } : {}) };
}

function asAllergy(allergy: Recorded): Allergy {
  const reaction = allergy.reaction?.flatMap((each) => each.manifestation.map((one) => one.text ?? one.coding?.[0]?.display ?? '')).filter(Boolean).join(', ') || allergy.reaction?.[0]?.description;
  const since = allergy.onsetDateTime ?? allergy.recordedDate;
  return {
    id: allergy.id,
    text: allergy.code?.text ?? allergy.code?.coding?.[0]?.display ?? '—',
    severe: allergy.criticality === 'high' || (allergy.reaction ?? []).some((each) => each.severity === 'severe'),
    ...(reaction ? { reaction } : {}),
    ...(since ? { since } : {}),
    ...(allergy.recorder?.display ? { by: allergy.recorder.display } : {}),
  };
}
