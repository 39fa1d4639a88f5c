import type { AllergyIntolerance, Condition, Encounter, EpisodeOfCare, MedicationRequest, Resource } from '@medplum/fhirtypes';
import { allergyClassSystem } from '../../src/terminology/prescription-warnings.ts';
import { medicineByInn } from '../../src/terminology/medicines.ts';
import { chance } from './chance.ts';
import type { Chance } from './chance.ts';
import type { DemoTime } from './demo-time.ts';
import { demoMeta, diagnosisCode, medicineCode, ref, systems } from './marks.ts';
import { birthDateOf, isChild, nameOf, patientRef } from './people.ts';
import type { Person } from './people.ts';
import { profiles } from './profiles.ts';
import type { ProfileDescription, Reason } from './profiles.ts';
import { roleOf, shortName, staffMember } from './staff.ts';
import type { StaffMember } from './staff.ts';
import { bloodPressure, labValue, vitalSign } from './values.ts';

/** The words of a past visit, for whoever signs its document at seed time. Not a resource. */
export interface DemoNote {
  encounter: string;
  patient: string;
  practitioner: string;
  practitionerRole: string;
  organization: string;
  /** Instant of the end of the visit. */
  at: string;
  complaints: string;
  findings: string;
  diagnosis: { code: string; text: string };
  advice: string;
}

export interface History {
  resources: Resource[];
  notes: DemoNote[];
}

export interface VisitPlan {
  id: string;
  person: Person;
  doctor: StaffMember;
  nurse: string;
  daysAgo: number;
  /** After midnight. */
  minutes: number;
  reason: Reason;
  episode: string;
  /** The Condition it is about, where one stands on the problem list. */
  condition?: string | undefined;
  appointment?: string;
}

const clinicalStatus = (code: 'active' | 'resolved') => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code }] });
const confirmed = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] };
const conditionCategory = (code: 'problem-list-item' | 'encounter-diagnosis') => [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code }] }];
const diagnosisRole = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: 'CC', display: 'Chief complaint' }] };

export function problem(id: string, person: Person, code: string, text: string, since: string, recorder: StaffMember): Condition {
  return {
    resourceType: 'Condition', id, meta: demoMeta, clinicalStatus: clinicalStatus('active'), verificationStatus: confirmed, category: conditionCategory('problem-list-item'),
    code: diagnosisCode(code, text), subject: ref(patientRef(person), nameOf(person)), onsetDateTime: since, recordedDate: since,
    recorder: ref(`Practitioner/${recorder.id}`, shortName(recorder)), asserter: ref(`Practitioner/${recorder.id}`, shortName(recorder)),
  };
}

const ucumOf = { mg: 'мг', ug: 'мкг', '[IU]': 'МЕ' } as const;
const routes: Record<string, [snomed: string, ru: string]> = { oral: ['26643006', 'внутрь'], inhalation: ['447694001', 'ингаляционно'], sublingual: ['37839007', 'под язык'], subcutaneous: ['34206005', 'подкожно'] };

export function prescription(id: string, person: Person, medicine: ProfileDescription['medicines'][number], authoredOn: string, doctor: StaffMember, validTo: string | undefined, reason?: string): MedicationRequest {
  const route = routes[medicineByInn(medicine.inn)?.route ?? ''];
  return {
    resourceType: 'MedicationRequest', id, meta: demoMeta, status: 'active', intent: 'order', medicationCodeableConcept: medicineCode(medicine.inn),
    subject: ref(patientRef(person), nameOf(person)), authoredOn, requester: ref(`Practitioner/${doctor.id}`, shortName(doctor)),
    ...(reason ? { reasonReference: [ref<Condition>(reason)] } : {}),
    dosageInstruction: [{
      text: medicine.text,
      timing: { repeat: { frequency: medicine.perDay, period: 1, periodUnit: 'd' } },
      ...(/при |начале/.test(medicine.text) ? { asNeededBoolean: true } : {}),
      ...(route ? { route: { coding: [{ system: systems.snomed, code: route[0] }], text: route[1] } } : {}),
      doseAndRate: [{ doseQuantity: { value: medicine.dose[0], unit: ucumOf[medicine.dose[1]], system: systems.ucum, code: medicine.dose[1] } }],
      additionalInstruction: [{ text: medicine.form }],
    }],
    ...(validTo ? { dispenseRequest: { validityPeriod: { start: authoredOn.slice(0, 10), end: validTo } } } : {}),
  };
}

export function allergies(person: Person, recorded: string, recorder: StaffMember): AllergyIntolerance[] {
  const { allergy } = person;
  if (allergy === undefined) return [];
  const common = { resourceType: 'AllergyIntolerance', id: `demo-${person.id}-allergy`, meta: demoMeta, verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }] }, patient: ref(patientRef(person), nameOf(person)), recordedDate: recorded, recorder: ref(`Practitioner/${recorder.id}`, shortName(recorder)), clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] } } satisfies AllergyIntolerance;
  if (allergy === 'none') return [{ ...common, code: { coding: [{ system: systems.snomed, code: '716186003', display: 'No known allergy' }], text: 'Аллергии нет (спрошено)' } }];
  return [{
    ...common,
    type: 'allergy', category: ['medication'], criticality: allergy.severe ? 'high' : 'low',
    code: allergy.inn ? medicineCode(allergy.inn) : { coding: [{ system: allergyClassSystem, code: allergy.class!, display: allergy.text }], text: allergy.text },
    reaction: [{ manifestation: allergy.reaction.split(', ').map((text) => ({ text })), severity: allergy.severe ? 'severe' : 'moderate' }],
  }];
}

/** One past visit: Encounter finished, the diagnosis where it is not on the problem list, and the words for the document. */
export function visit(plan: VisitPlan, time: DemoTime): { encounter: Encounter; condition: Condition | undefined; note: DemoNote } {
  const { person, doctor, reason } = plan;
  const start = time.at(plan.daysAgo, plan.minutes);
  const end = time.at(plan.daysAgo, plan.minutes + 14);
  const own = plan.condition === undefined;
  const condition: Condition | undefined = own
    ? {
        resourceType: 'Condition', id: `${plan.id}-diagnosis`, meta: demoMeta, clinicalStatus: clinicalStatus(plan.daysAgo > 20 ? 'resolved' : 'active'), verificationStatus: confirmed, category: conditionCategory('encounter-diagnosis'),
        code: diagnosisCode(reason.code, reason.text), subject: ref(patientRef(person), nameOf(person)), encounter: ref(`Encounter/${plan.id}`), onsetDateTime: time.date(plan.daysAgo + 2), recordedDate: end,
        ...(plan.daysAgo > 20 ? { abatementDateTime: time.date(plan.daysAgo - 12) } : {}), recorder: ref(`Practitioner/${doctor.id}`, shortName(doctor)),
      }
    : undefined;
  const encounter: Encounter = {
    resourceType: 'Encounter', id: plan.id, meta: demoMeta, status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
    subject: ref(patientRef(person), nameOf(person)),
    episodeOfCare: [ref(`EpisodeOfCare/${plan.episode}`)],
    ...(plan.appointment ? { appointment: [ref(`Appointment/${plan.appointment}`)] } : {}),
    participant: [{ individual: ref(`Practitioner/${doctor.id}`, shortName(doctor)) }],
    period: { start, end },
    reasonCode: [{ text: reason.text }],
    diagnosis: [{ condition: ref(`Condition/${plan.condition ?? `${plan.id}-diagnosis`}`, reason.text), use: diagnosisRole, rank: 1 }],
    serviceProvider: ref(`Organization/${doctor.clinic}`),
    ...(doctor.room ? { location: [{ location: ref(`Location/${doctor.room}`) }] } : {}),
  };
  const note: DemoNote = {
    encounter: `Encounter/${plan.id}`, patient: patientRef(person), practitioner: `Practitioner/${doctor.id}`, practitionerRole: roleOf(doctor), organization: `Organization/${doctor.clinic}`,
    at: end, complaints: reason.complaints, findings: reason.findings, diagnosis: { code: reason.code, text: reason.text }, advice: reason.advice,
  };
  return { encounter, condition, note };
}

/** Why a case was opened and how it ended, for the cases that were closed with a talon. */
export interface Closing {
  code: string;
  /** id of the Condition that is the final diagnosis */
  condition: string;
  known: boolean;
}

/** As `src/modules/cases` writes it. */
function talonFacts({ code, condition, known }: Closing): Pick<EpisodeOfCare, 'type' | 'extension' | 'diagnosis'> {
  const disease = !code.startsWith('Z');
  const [purpose, purposeText] = code.startsWith('Z02') ? ['2.6', 'Справка и другие обстоятельства'] : disease ? ['1.0', 'Посещение по заболеванию'] : ['2.1', 'Медицинский осмотр'];
  const [outcome, outcomeText] = !disease ? ['306', 'Осмотр'] : known ? ['303', 'Улучшение'] : ['301', 'Выздоровление'];
  const role = (which: string, rank: number) => ({ condition: { reference: `Condition/${condition}` }, role: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/diagnosis-role', code: which }] }, rank });
  return {
    type: [{ coding: [{ system: 'urn:karta:case-purpose', code: purpose, display: purposeText }], text: purposeText }],
    extension: [
      { url: 'urn:karta:payer', valueCoding: { system: 'urn:karta:payer', code: 'oms', display: 'ОМС' } },
      { url: 'urn:karta:case-outcome', valueCoding: { system: 'urn:karta:case-outcome', code: outcome, display: outcomeText } },
      { url: 'urn:karta:case-result', valueCoding: { system: 'urn:karta:case-result', code: '301', display: 'Лечение завершено' } },
      ...(disease ? [{ url: 'urn:karta:course', valueCode: known ? 'known-chronic' : 'acute' }] : []),
    ],
    diagnosis: [role('DD', 1), role('AD', 2)],
  };
}

export function episode(id: string, person: Person, doctor: StaffMember, from: string, to: string | undefined, closing?: Closing): EpisodeOfCare {
  return {
    resourceType: 'EpisodeOfCare', id, meta: demoMeta, status: to ? 'finished' : 'active', ...(to && closing ? talonFacts(closing) : { type: [{ text: 'Обращение по заболеванию' }] }), patient: ref(patientRef(person), nameOf(person)),
    managingOrganization: ref(`Organization/${doctor.clinic}`), period: { start: from, ...(to ? { end: to } : {}) }, careManager: ref(`Practitioner/${doctor.id}`, shortName(doctor)),
  };
}

/** Middle weight (kg) and height (cm) by age in years, girls and boys alike: good enough for a made child. */
export function growth(years: number): { weight: number; height: number } {
  const table: [age: number, weight: number, height: number][] = [[0, 3.4, 51], [0.5, 7.6, 67], [1, 9.9, 75], [2, 12.4, 87], [4, 16.3, 103], [6, 20.7, 116], [9, 28.5, 133], [11, 36, 144], [14, 50, 161], [17, 61, 170]];
  const i = Math.max(1, table.findIndex(([age]) => age >= years));
  const [low, high] = years >= 17 ? [table.at(-1)!, table.at(-1)!] : [table[i - 1]!, table[i]!];
  const share = high[0] === low[0] ? 0 : (years - low[0]) / (high[0] - low[0]);
  return { weight: Number((low[1] + (high[1] - low[1]) * share).toFixed(1)), height: Math.round(low[2] + (high[2] - low[2]) * share) };
}

/** The vitals that the nurse measures at a visit. */
export function measureAt(plan: VisitPlan, time: DemoTime, given: { pressure: [number, number]; pulse: number; weight: number; height: number; temperature: number; spo2?: number }): Resource[] {
  const measured = (what: string) => ({ id: `${plan.id}-${what}`, patient: patientRef(plan.person), encounter: `Encounter/${plan.id}`, at: time.at(plan.daysAgo, plan.minutes - 8), by: `Practitioner/${plan.nurse}` });
  const adult = !isChild(plan.person);
  return [
    ...(adult ? [bloodPressure(given.pressure[0], given.pressure[1], measured('pressure'))] : []),
    vitalSign('pulse', given.pulse, measured('pulse'), adult),
    vitalSign('temperature', given.temperature, measured('temperature'), adult),
    vitalSign('weight', given.weight, measured('weight'), adult),
    ...(adult ? [] : [vitalSign('height', given.height, measured('height'), adult)]),
    ...(given.spo2 ? [vitalSign('spo2', given.spo2, measured('spo2'), adult)] : []),
  ];
}

/** The nurse who measures before this doctor. */
export const nurseOf = (doctor: StaffMember) => ({ 'demo-polyclinic-2': 'demo-orlova', 'demo-children-polyclinic': 'demo-zhukova', 'demo-berezovka': 'demo-shilova', 'demo-cardio-centre': 'demo-kim' })[doctor.clinic] ?? 'demo-orlova';

/** Three years of a person, by profile: problems, medicines, visits in cases of one or two, values, laboratory. */
export function profileHistory(person: Person, seed: number, time: DemoTime): History {
  if (person.profile === 'own') return { resources: [], notes: [] };
  const doctor = staffMember(person.doctor);
  const luck = chance(seed);
  if (person.profile === 'newborn') return newbornHistory(person, doctor, time);
  const profile = profiles[person.profile];
  const age = Array.isArray(person.age) ? person.age[0] : 0;
  const since = (years: number) => birthDateOf(person, time) > time.date(years * 365) ? time.date(200) : time.date(Math.round(years * 365.25) + luck.between(0, 120));
  const problems = profile.problems.map((p, i) => problem(`demo-${person.id}-problem-${i + 1}`, person, p.code, p.text, since(Math.min(p.years, age)), doctor));
  const medicines = profile.medicines
    .filter(() => !isChild(person) || person.profile === 'infant')
    .map((m, i) => prescription(`demo-${person.id}-medicine-${i + 1}`, person, m, time.date(luck.between(40, 380)), doctor, time.date(-luck.between(5, 80)), problems[0] ? `Condition/${problems[0].id}` : undefined));
  const resources: Resource[] = [...allergies(person, time.date(420), doctor), ...problems];
  const notes: DemoNote[] = [];
  const span = Math.min(1080, isChild(person) ? Math.max(120, age * 365 - 30) : 1080);
  const step = Math.floor(span / Math.max(1, person.visits));
  for (let i = 0; i < person.visits; i++) {
    const daysAgo = 12 + (person.visits - 1 - i) * step + luck.between(0, Math.max(0, Math.floor(step / 3)));
    const reason = profile.reasons[i % profile.reasons.length]!;
    const plan: VisitPlan = { id: `demo-${person.id}-visit-${i + 1}`, person, doctor, nurse: nurseOf(doctor), daysAgo, minutes: 495 + luck.between(0, 32) * 15, reason, episode: `demo-${person.id}-case-${i + 1}`, condition: problems.find((p) => p.code!.coding![0]!.code === reason.code)?.id };
    const open = daysAgo < 20 && /^[JKIEM]/.test(reason.code);
    const { encounter, condition, note } = visit(plan, time);
    const feverish = /температур/.test(reason.complaints);
    const grown = growth(Math.max(0.1, age - daysAgo / 365));
    const weight = isChild(person) ? luck.around(grown.weight, grown.weight * 0.04, 1) : luck.around(profile.weight + (person.sex === 'male' ? 4 : -6), 2, 1);
    resources.push(
      episode(plan.episode, person, doctor, time.date(daysAgo), open ? undefined : time.date(Math.max(0, daysAgo - 7)), { code: reason.code, condition: plan.condition ?? `${plan.id}-diagnosis`, known: plan.condition !== undefined }),
      encounter,
      ...(condition ? [condition] : []),
      ...measureAt(plan, time, {
        pressure: [luck.around(profile.pressure[0], 8), luck.around(profile.pressure[1], 5)], pulse: luck.around(profile.pulse, 6), weight, height: grown.height,
        temperature: feverish ? luck.around(38, 0.4, 1) : luck.around(36.6, 0.1, 1), ...(reason.code.startsWith('J') ? { spo2: luck.between(95, 99) } : {}),
      }),
    );
    if (i % 2 === person.visits % 2) resources.push(...laboratoryAt(plan, profile, luck, time));
    notes.push(note);
  }
  return { resources: [...resources, ...medicines], notes };
}

function laboratoryAt(plan: VisitPlan, profile: ProfileDescription, luck: Chance, time: DemoTime): Resource[] {
  return profile.labs.map(({ key, middle, spread, decimals = 0 }) =>
    labValue(key, luck.around(middle, spread, decimals), { id: `${plan.id}-${key}`, patient: patientRef(plan.person), at: time.at(Math.max(1, plan.daysAgo - 2), 480), by: 'Practitioner/demo-maslov' }),
  );
}

function newbornHistory(person: Person, doctor: StaffMember, time: DemoTime): History {
  const reason: Reason = {
    complaints: 'Патронаж на дому. Со слов мамы, сосёт активно, срыгивает редко.',
    findings: 'Состояние удовлетворительное. Родничок 2 × 2\u00a0см, не выбухает. Пупочная ранка сухая. Кожа с лёгким желтушным оттенком. Стул жёлтый.',
    code: 'Z00.1', text: 'Первичный патронаж новорождённого', advice: 'Грудное вскармливание по требованию, витамин D, обработка пупочной ранки. Участковая сестра — через 3\u00a0дня.',
  };
  const plan: VisitPlan = { id: `demo-${person.id}-visit-1`, person, doctor, nurse: nurseOf(doctor), daysAgo: 7, minutes: 660, reason, episode: `demo-${person.id}-case-1` };
  const { encounter, condition, note } = visit(plan, time);
  const vitals = measureAt(plan, time, { pressure: [0, 0], pulse: 138, weight: 3.6, height: 53, temperature: 36.7 });
  return { resources: [episode(plan.episode, person, doctor, time.date(7), undefined), encounter, ...(condition ? [condition] : []), ...vitals], notes: [note] };
}
