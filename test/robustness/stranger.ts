import type { Known } from './hostile-requests.ts';

/** Words that stand in the planted record and nowhere else. */
export const secretWords = ['тайна-7719', 'хранимое-7719', 'synechiaraptor'] as const;

/** A person whom the callers of the tests have nothing to do with. He is there from the beginning; his record is planted between two rounds. */
export const strangerPatient = { resourceType: 'Patient', id: 'stranger', name: [{ family: 'Непричастный', given: ['Глеб'] }], gender: 'male', birthDate: '1961-02-03' };

const subject = { reference: 'Patient/stranger' };
const text = (display: string, code?: string) => ({ text: display, ...(code ? { coding: [{ system: 'urn:oid:1.2.643.5.1.13.13.11.1005', code, display }] } : {}) });
const identifier = [{ system: 'urn:test:secret', value: 'synechiaraptor' }];
const doctor = { reference: 'Practitioner/demo-sokolova' };

/** Clinical resources only: what the registry may see is not among them. */
export const strangersRecord: readonly { resourceType: string; id: string }[] = [
  { resourceType: 'Condition', id: 'secret-condition', subject, identifier, code: text('тайна-7719', 'F20.0'), recordedDate: '2026-03-01', note: [{ text: 'хранимое-7719' }] },
  { resourceType: 'Condition', id: 'secret-deleted', subject, code: text('тайна-7719', 'F20.0') },
  { resourceType: 'Observation', id: 'secret-observation', status: 'final', subject, identifier, performer: [doctor], code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] }, effectiveDateTime: '2026-03-01T10:00:00Z', valueQuantity: { value: 777, unit: 'мм рт. ст.', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' } },
  { resourceType: 'MedicationRequest', id: 'secret-medication', status: 'active', intent: 'order', subject, medicationCodeableConcept: { text: 'тайна-7719', coding: [{ system: 'urn:karta:mnn', code: 'bisoprolol' }] }, requester: doctor },
  { resourceType: 'AllergyIntolerance', id: 'secret-allergy', clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, patient: subject, identifier, code: text('тайна-7719') },
  { resourceType: 'Procedure', id: 'secret-procedure', status: 'completed', subject, code: text('тайна-7719'), performer: [{ actor: doctor }] },
  { resourceType: 'DiagnosticReport', id: 'secret-report', status: 'final', subject, code: text('тайна-7719'), result: [{ reference: 'Observation/secret-observation' }], conclusion: 'хранимое-7719' },
  { resourceType: 'ServiceRequest', id: 'secret-order', status: 'active', intent: 'order', subject, code: text('тайна-7719'), performer: [{ reference: 'Practitioner/demo-gordeev' }] },
  { resourceType: 'Immunization', id: 'secret-immunization', status: 'completed', patient: subject, vaccineCode: text('тайна-7719'), occurrenceDateTime: '2026-03-01' },
  { resourceType: 'CarePlan', id: 'secret-plan', status: 'active', intent: 'plan', subject, title: 'тайна-7719', addresses: [{ reference: 'Condition/secret-condition' }] },
  { resourceType: 'Flag', id: 'secret-flag', status: 'active', subject, code: text('тайна-7719') },
  { resourceType: 'Communication', id: 'secret-talk', status: 'completed', subject, payload: [{ contentString: 'хранимое-7719' }] },
  { resourceType: 'List', id: 'secret-list', status: 'current', mode: 'working', subject, title: 'тайна-7719', entry: [{ item: { reference: 'Condition/secret-condition' } }] },
  { resourceType: 'Task', id: 'secret-task', status: 'requested', intent: 'order', for: subject, focus: { reference: 'ServiceRequest/secret-order' }, description: 'хранимое-7719', owner: { reference: 'Practitioner/demo-gordeev' } },
  { resourceType: 'Composition', id: 'secret-composition', status: 'final', subject, type: text('тайна-7719'), date: '2026-03-01', author: [doctor], title: 'тайна-7719', section: [{ title: 'хранимое-7719', entry: [{ reference: 'Condition/secret-condition' }] }] },
  { resourceType: 'DocumentReference', id: 'secret-document', status: 'current', subject, identifier, author: [{ reference: 'Practitioner/demo-gordeev' }], description: 'тайна-7719', content: [{ attachment: { contentType: 'text/plain', title: 'хранимое-7719' } }] },
  { resourceType: 'Provenance', id: 'secret-provenance', target: [{ reference: 'Condition/secret-condition' }, subject], recorded: '2026-03-01T10:00:00Z', agent: [{ who: { reference: 'Practitioner/demo-gordeev' } }] },
] as unknown as { resourceType: string; id: string }[];

/** What a prober may know: the very values of the record, ids of strangers and of his own. */
export const known: Known = {
  ids: [...strangersRecord.map(({ resourceType, id }) => `${resourceType}/${id}`), 'Patient/stranger', 'Patient/demo-ivanova', 'Patient/nobody', 'Practitioner/demo-sokolova', 'Practitioner/demo-gordeev', 'Organization/demo-polyclinic-2'],
  words: [...secretWords, 'F20.0', 'urn:test:secret|synechiaraptor', 'urn:test:secret|', 'http://loinc.org|8480-6', '8480-6', 'bisoprolol', 'urn:karta:mnn|bisoprolol', '777', 'gt776', '777||mm[Hg]', '2026-03-01', 'ge2026-02-28', 'Непричастный', 'active', 'final', 'completed', 'I11.9'],
};

/** An answer without what differs from one asking to the next. */
export function comparable(text: string): string {
  return text
    .replace(/"id":"[0-9a-f-]{36,42}","type":"(searchset|history)"/g, '"type":"$1"')
    .replace(/("resourceType":"Bundle",(?:"id":"[^"]*",)?"meta":)\{[^{}]*\}/g, '$1{}')
    .replace(/"timestamp":"[^"]*"/g, '')
    .replace(/_cursor=[^"&]*/g, '_cursor');
}
