import type { Condition, MedicationRequest, Observation, ObservationReferenceRange, QuestionnaireResponse, Reference, ServiceRequest } from '@medplum/fhirtypes';
import { mnnSystem } from '../../terminology/medicines.ts';
import { icd10Oid } from '../../terminology/compact-icd10.ts';
import type { WithId } from '../documents/index.ts';
import { asResponse } from './calculate-fields.ts';
import type { DiagnosisValue, Field, PrescriptionValue, ReferralValue } from './contract.ts';
import { reasonText } from './entry-text.ts';
import { parseDosage } from './parse-dosage.ts';
import { isEmpty } from './rules.ts';
import type { Template } from './template.ts';
import { diastolic, judgeVital, loinc, pressurePanel, systolic, vitalByCode, type Vital } from './vitals.ts';

/** Who and what a visit's resources speak of. */
export interface VisitFacts {
  patient: string;
  encounter: string;
  /** Practitioner/… who signs. */
  doctor: { reference: string; name: string };
  /** Years, for normal values. */
  age: number | undefined;
  /** Codes that the patient's list of problems already holds. */
  knownProblems: ReadonlySet<string>;
  /** Address of the template, for the QuestionnaireResponse. */
  questionnaire: string;
  /** Version of the dictionary of diagnoses. */
  icd10Version: string;
}

export interface Built {
  /** Field that it comes from: a correction changes the same resource. */
  linkId: string;
  resource: WithId;
}

const icd10System = `urn:oid:${icd10Oid}`;
const categorySystem = 'http://terminology.hl7.org/CodeSystem/condition-category';
const ucum = 'http://unitsofmeasure.org';

/**
 * What a draft becomes when it is signed: measurements, diagnoses, prescriptions, orders and the answers themselves. Pure; `idOf` gives
 * each its id. Times and performers are those of the fields: who measured, and when it was entered.
 */
export function buildResources(template: Template, fields: readonly Field[], facts: VisitFacts, idOf: (linkId: string) => string): Built[] {
  const filled = fields.filter((field) => !isEmpty(field.value));
  const subject = { reference: `Patient/${facts.patient}` };
  const encounter = { reference: `Encounter/${facts.encounter}` };
  const about = { subject, encounter };
  const built: Built[] = [...measurements(template, filled, facts, about, idOf)];
  for (const field of filled) {
    const { linkId, value } = field;
    if (typeof value !== 'object' || value === null) continue;
    if (value.kind === 'diagnosis') {
      built.push({ linkId, resource: condition(value, field, facts, about, 'encounter-diagnosis', idOf(linkId)) });
      const isNewProblem = value.course !== 'acute' && !facts.knownProblems.has(value.code);
      if (isNewProblem) built.push({ linkId: `${linkId}#problem`, resource: condition(value, field, facts, about, 'problem-list-item', idOf(`${linkId}#problem`)) });
    }
    if (value.kind === 'prescription') built.push({ linkId, resource: prescription(value, field, facts, about, idOf(linkId)) });
    if (value.kind === 'referral') built.push({ linkId, resource: referral(value, field, facts, about, idOf(linkId)) });
  }
  const answers: QuestionnaireResponse = asResponse(template, filled, facts.questionnaire);
  const authored = filled.map((field) => field.at).sort().at(-1);
  built.push({ linkId: '#answers', resource: { ...answers, id: idOf('#answers'), ...about, ...(authored ? { authored } : {}), author: { reference: facts.doctor.reference } } });
  return built;
}

interface About {
  subject: Reference;
  encounter: Reference;
}

function measurements(template: Template, fields: readonly Field[], facts: VisitFacts, about: About, idOf: (linkId: string) => string): Built[] {
  const measured = fields.flatMap((field) => {
    const item = template.items.get(field.linkId);
    return item?.code && typeof field.value === 'number' ? [{ field, item, value: field.value, code: item.code, vital: vitalByCode(item.code) }] : [];
  });
  const [high, low] = [measured.find((each) => each.code === systolic), measured.find((each) => each.code === diastolic)];
  const built: Built[] = [];
  for (const one of measured.filter((each) => each !== high && each !== low)) {
    const { field, item, value, code, vital } = one;
    const name = vital?.name.ru ?? item.label.ru;
    const unit = vital ? { code: vital.ucum, text: vital.unit.ru } : item.unit;
    built.push({
      linkId: field.linkId,
      resource: {
        resourceType: 'Observation', id: idOf(field.linkId), status: 'final', ...vitalSigns, code: { coding: [{ system: loinc, code, display: name }], text: name }, ...said(field, about),
        valueQuantity: { value, ...(unit ? { unit: unit.text, system: ucum, code: unit.code } : {}) }, ...(vital ? judged(vital, value, facts.age) : {}),
      },
    });
  }
  if (high || low) {
    const later = [high, low].flatMap((each) => (each ? [each.field] : [])).sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1)!;
    built.push({
      linkId: '#pressure',
      resource: {
        resourceType: 'Observation', id: idOf('#pressure'), status: 'final', ...vitalSigns,
        code: { coding: [{ system: loinc, code: pressurePanel, display: 'Артериальное давление' }], text: 'Артериальное давление' }, ...said(later, about),
        component: [high, low].flatMap((each) => {
          if (!each?.vital) return [];
          const { code, value, vital } = each;
          return [{ code: { coding: [{ system: loinc, code, display: vital.name.ru }], text: vital.name.ru }, valueQuantity: { value, unit: vital.unit.ru, system: ucum, code: vital.ucum }, ...judged(vital, value, facts.age) }];
        }),
      },
    });
  }
  return built;
}

const vitalSigns = { category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }] };

function said(field: Field, about: About): Pick<Observation, 'subject' | 'encounter' | 'effectiveDateTime' | 'issued' | 'performer'> {
  return { ...(about as { subject: never; encounter: never }), effectiveDateTime: field.at, issued: field.at, performer: [{ reference: field.author.reference, display: field.author.name }] };
}

function judged(vital: Vital, value: number, age: number | undefined): { interpretation?: Observation['interpretation']; referenceRange?: ObservationReferenceRange[] } {
  const range = vital.normal(age);
  if (!range) return {};
  const verdict = judgeVital(vital, value, age);
  const [code, display] = verdict === 'high' ? ['H', 'выше нормы'] : verdict === 'low' ? ['L', 'ниже нормы'] : ['N', 'норма'];
  const limit = (bound: number | undefined) => (bound === undefined ? undefined : { value: bound, unit: vital.unit.ru, system: ucum, code: vital.ucum });
  const [low, high] = [limit(range[0]), limit(range[1])];
  return {
    interpretation: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code, display }] }],
    referenceRange: [{ ...(low ? { low } : {}), ...(high ? { high } : {}) }],
  };
}

function condition(value: DiagnosisValue, field: Field, facts: VisitFacts, about: About, category: string, id: string): WithId<Condition> {
  const text = value.words?.trim() || value.display;
  return {
    resourceType: 'Condition', id,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
    verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: value.certainty === 'final' ? 'confirmed' : 'provisional' }] },
    category: [{ coding: [{ system: categorySystem, code: category }] }],
    code: { coding: [{ system: icd10System, version: facts.icd10Version, code: value.code, display: value.display }], text },
    ...(about as { subject: never; encounter: never }),
    ...(value.course === 'new-chronic' || value.course === 'acute' ? { onsetDateTime: field.at.slice(0, 10) } : {}),
    recordedDate: field.at,
    recorder: { reference: field.author.reference, display: field.author.name },
    asserter: { reference: facts.doctor.reference, display: facts.doctor.name },
    extension: [{ url: 'urn:karta:course', valueCode: value.course }, { url: 'urn:karta:diagnosis-role', valueCode: value.role }],
  };
}

function prescription(value: PrescriptionValue, field: Field, facts: VisitFacts, about: About, id: string): WithId<MedicationRequest> {
  const override = reasonText(value);
  const form = [value.form, value.strength].filter(Boolean).join(' ');
  return {
    resourceType: 'MedicationRequest', id, status: 'active', intent: 'order',
    medicationCodeableConcept: { coding: [{ system: mnnSystem, code: value.medicine.code, display: value.medicine.name }], text: value.medicine.name },
    ...(about as { subject: never; encounter: never }),
    authoredOn: field.at,
    requester: { reference: facts.doctor.reference, display: facts.doctor.name },
    ...(form ? { extension: [{ url: 'urn:karta:form', valueString: form }] } : {}),
    dosageInstruction: [{ ...parseDosage(value.dosage ?? '', value.days), ...(value.note ? { patientInstruction: value.note } : {}) }],
    ...(value.days ? { dispenseRequest: { expectedSupplyDuration: { value: value.days, unit: 'дн.', system: ucum, code: 'd' } } } : {}),
    ...(override ? { note: [{ text: override }] } : {}),
  };
}

const referralCategories: Readonly<Record<ReferralValue['category'], readonly [code: string, display: string]>> = {
  laboratory: ['108252007', 'Лабораторное исследование'],
  instrumental: ['363679005', 'Инструментальное исследование'],
  consultation: ['11429006', 'Консультация'],
  procedure: ['387713003', 'Процедура'],
  hospital: ['32485007', 'Госпитализация'],
};

function referral(value: ReferralValue, field: Field, facts: VisitFacts, about: About, id: string): WithId<ServiceRequest> {
  const [code, display] = referralCategories[value.category];
  const prepared = field.author.reference !== facts.doctor.reference;
  return {
    resourceType: 'ServiceRequest', id, status: 'active', intent: 'order', priority: value.urgent ? 'urgent' : 'routine',
    category: [{ coding: [{ system: 'http://snomed.info/sct', code, display }] }],
    code: { ...(value.code ? { coding: [{ system: 'urn:oid:1.2.643.5.1.13.13.11.1070', code: value.code, display: value.name }] } : {}), text: value.name },
    ...(about as { subject: never; encounter: never }),
    authoredOn: field.at,
    requester: { reference: facts.doctor.reference, display: facts.doctor.name },
    ...(value.reason ? { reasonCode: [{ text: value.reason }] } : {}),
    ...(prepared ? { note: [{ text: `Подготовлено: ${field.author.name}` }] } : {}),
  };
}
