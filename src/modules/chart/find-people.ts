import type { Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { MineAnswer } from './contract.ts';
import { find } from './find.ts';
import { districtOf, personOf } from './person.ts';

const most = 20;

/** Anybody in the region by words of the name, a birth date (14.03.1959, 1959) and СНИЛС or policy digits, in any order. */
export async function findPeople(ctx: Ctx, typed: string): Promise<MineAnswer> {
  const params = new URLSearchParams();
  for (const word of typed.trim().split(/\s+/).filter(Boolean)) {
    const date = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(word);
    const digits = word.replace(/\D/g, '');
    if (date) params.append('birthdate', `${date[3]}-${date[2]!.padStart(2, '0')}-${date[1]!.padStart(2, '0')}`);
    else if (/^(19|20)\d\d$/.test(word)) params.append('birthdate', word);
    else if (/^[\d-]+$/.test(word) && digits.length >= 9) params.append('identifier', digits);
    else if (/\p{L}/u.test(word)) params.append('name', word.replace(/[,\\$|]/g, ''));
  }
  if ([...params.keys()].length === 0) return { patients: [], more: false };
  const found = await find(ctx, 'Patient', `${params.toString()}&_sort=family,given&_count=${most + 1}`);
  const patients = found.slice(0, most).map((patient: Patient & { id: string }) => {
    const district = districtOf(patient);
    return { ...personOf(patient), reason: '', ...(district ? { district } : {}) };
  });
  return { patients, more: found.length > most };
}
