import services from './data/services-804n.json' with { type: 'json' };
import talon from './data/talon-025-1-u.json' with { type: 'json' };
import type { Lists } from './contract.ts';

export interface Service {
  code: string;
  name: string;
}

interface ServicesOfSpeciality {
  /** Dictionary 11.1066 */
  speciality: string;
  /** Dictionary 11.1002 */
  post?: string;
  first: Service;
  repeat: Service;
  dispensary?: Service;
  preventive?: Service;
}

/** The lists of the talon, as data. */
export const lists: Lists = { purpose: talon.purpose, payer: talon.payer, course: talon.course, outcome: talon.outcome, result: talon.result };

/** Numbers and names of the talon's lines. */
export const talonFields: Readonly<Record<keyof typeof talon.fields, { number: string; ru: string }>> = talon.fields;

const rows: readonly ServicesOfSpeciality[] = services.rows;

/** The service of a visit by the doctor's speciality and post, the purpose of the case and the visit's place in it (0: first). */
export function serviceOf(speciality: string | undefined, post: string | undefined, purpose: string | undefined, place: number): Service | undefined {
  const row = rows.find((one) => one.speciality === speciality && one.post !== undefined && one.post === post) ?? rows.find((one) => one.speciality === speciality && one.post === undefined);
  if (!row) return undefined;
  if (purpose === '1.3' && row.dispensary) return row.dispensary;
  if (purpose && /^(2\.[123]|3\.1)$/.test(purpose) && row.preventive) return row.preventive;
  return place === 0 ? row.first : row.repeat;
}
