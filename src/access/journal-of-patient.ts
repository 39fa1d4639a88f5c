import type { Ctx, Role } from './context.ts';
import { entranceOf } from './create-context.ts';

/** One line of “who opened my card”. */
export interface JournalEntry {
  seq: string;
  at: string;
  /** «Соколова А. В.», the name of a system, or «Вы». */
  who: string;
  role: string;
  /** What was looked at, in plain words: «документы, анализы и измерения». */
  what: string;
  /** «просмотр» or «изменение». */
  act: string;
  /** Opened by emergency access: why. */
  emergency?: string;
  /** Reference of who did it, and of his organisation where he is staff. */
  actor: string;
  organization?: string;
  /** http://terminology.hl7.org/CodeSystem/v3-ActReason, e.g. `TREAT`. */
  purpose: string;
}

export const roleWords: Readonly<Record<Role, { ru: string; en: string }>> = {
  registrar: { ru: 'регистратура', en: 'registry' },
  nurse: { ru: 'медицинская сестра', en: 'nurse' },
  doctor: { ru: 'врач', en: 'doctor' },
  head: { ru: 'главный врач', en: 'chief doctor' },
  admin: { ru: 'администратор', en: 'administrator' },
  auditor: { ru: 'информационная безопасность', en: 'information security' },
  patient: { ru: 'пациент', en: 'patient' },
  system: { ru: 'информационная система', en: 'information system' },
};

export const typeWords: readonly { types: readonly string[]; ru: string; en: string }[] = [
  { types: ['Patient', 'Person', 'RelatedPerson', 'Coverage'], ru: 'личные данные', en: 'personal data' },
  { types: ['Appointment', 'AppointmentResponse'], ru: 'записи на приём', en: 'bookings' },
  { types: ['Encounter', 'EpisodeOfCare'], ru: 'приёмы и случаи', en: 'visits and cases' },
  { types: ['DocumentReference', 'Composition', 'Binary', 'DocumentManifest', 'QuestionnaireResponse'], ru: 'документы', en: 'documents' },
  { types: ['Observation', 'DiagnosticReport', 'Specimen', 'ImagingStudy', 'Media'], ru: 'анализы и измерения', en: 'results and measurements' },
  { types: ['Condition', 'ClinicalImpression', 'RiskAssessment', 'Goal', 'CarePlan', 'Flag', 'List'], ru: 'диагнозы и наблюдение', en: 'diagnoses and follow-up' },
  { types: ['AllergyIntolerance'], ru: 'аллергии', en: 'allergies' },
  { types: ['MedicationRequest', 'MedicationStatement', 'MedicationAdministration', 'MedicationDispense'], ru: 'лекарства', en: 'medicines' },
  { types: ['Immunization', 'ImmunizationRecommendation'], ru: 'прививки', en: 'vaccinations' },
  { types: ['ServiceRequest', 'Task', 'Procedure', 'NutritionOrder', 'DeviceRequest'], ru: 'направления и процедуры', en: 'referrals and procedures' },
  { types: ['Consent'], ru: 'согласия', en: 'consents' },
];

/**
 * Who opened the card of this patient, the newest first. `before` is the `seq` of the last line seen. Finding a person in a list (his
 * demographics alone, among others) is not opening a card and is left out. The caller has to check that he may ask.
 */
export async function journalOf(ctx: Ctx, patient: string, page: { count?: number; before?: string } = {}): Promise<{ entries: JournalEntry[]; next: string | undefined }> {
  const { entrance } = entranceOf(ctx);
  const count = Math.min(Math.max(1, page.count ?? 50), 200);
  const rows = await entrance.db.query<Row>(
    `select j.seq::text, j.at, j.actor, j.role, j.action, j.types, j.purpose, a.organization, coalesce(a.name, c.name) as name, b.reason
     from journal_patient p join journal j on j.seq = p.seq
       left join account a on a.id = j.account left join service_client c on c.id = j.account left join break_glass b on b.id = j.break_glass
     where p.patient = $1 and p.seq < $2 and j.status < 400 and not (cardinality(j.patients) > 1 and j.types <@ array['Patient'])
     order by p.seq desc limit $3`,
    [patient, page.before ?? '9223372036854775807', count + 1],
  );
  const shown = rows.slice(0, count);
  return { entries: shown.map((row) => entryOf(row, patient, ctx)), next: rows.length > count ? shown.at(-1)!.seq : undefined };
}

interface Row {
  seq: string;
  at: string;
  actor: string;
  role: Role;
  action: string;
  types: string[];
  purpose: string;
  organization: string | null;
  name: string | null;
  reason: string | null;
}

function entryOf(row: Row, patient: string, ctx: Ctx): JournalEntry {
  const { language } = ctx;
  const himself = row.actor === `Patient/${patient}`;
  const what = typeWords.filter((group) => group.types.some((type) => row.types.includes(type))).map((group) => group[language]);
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    who: himself ? (language === 'ru' ? 'Вы' : 'You') : (row.name ?? roleWords[row.role][language]),
    role: roleWords[row.role][language],
    what: what.length > 0 ? what.join(', ') : language === 'ru' ? 'карта' : 'the card',
    act: isChange(row.action) ? (language === 'ru' ? 'изменение' : 'change') : language === 'ru' ? 'просмотр' : 'view',
    ...(row.reason !== null && { emergency: row.reason }),
    actor: row.actor,
    ...(row.organization !== null && { organization: row.organization }),
    purpose: row.purpose,
  };
}

/** Whether a row's action changes something; other actions by POST are searches and look-ups, whose name says so. */
export function isChange(action: string): boolean {
  return /^(POST|PUT|PATCH|DELETE|create|update|patch|delete|transaction|batch)\b/.test(action) && !/_search|\/search|\/find|\$/.test(action);
}
