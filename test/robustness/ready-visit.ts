import type { HttpPerson } from './http-person.ts';

interface VisitAnswer {
  draft: { id: string; version: number; state: string; document?: string };
}

/** A visit of the demo patient that lacks nothing but the signature, as the doctor's page would make it. */
export async function readyVisit(doctor: HttpPerson, patient: string): Promise<{ encounter: string; version: number; draft: string }> {
  const { encounter } = await doctor.must<{ encounter: string }>('POST', '/api/visits', { body: { patient } });
  const before = await doctor.must<VisitAnswer & { draft: { fields: { linkId: string; revision: number }[] } }>('GET', `/api/visits/${encounter}`);
  const revisions = new Map(before.draft.fields.map((field) => [field.linkId, field.revision]));
  const values: [string, unknown][] = [
    ['vitals.systolic', 158],
    ['vitals.diastolic', 94],
    ['vitals.pulse', 72],
    ['vitals.temperature', 36.6],
    ['vitals.weight', 81],
    ['vitals.height', 164],
    ['complaints', 'Головная боль в затылке по утрам.'],
    ['anamnesis', 'Гипертоническая болезнь с 2016 года.'],
    ['objective.text', 'Тоны сердца приглушены, ритм правильный.'],
    ['diagnosis:a', { kind: 'diagnosis', code: 'I11.9', display: '', role: 'main', certainty: 'final', course: 'known-chronic' }],
    ['prescription:a', { kind: 'prescription', medicine: { code: 'bisoprolol', name: 'Бисопролол' }, form: 'таблетки', strength: '5 мг', dosage: '5 мг 1 раз в день утром', days: 30, reason: 'Доза подобрана раньше.' }],
  ];
  const saved = await doctor.must<{ version: number; missing: { linkId: string; ru: string }[] }>('PATCH', `/api/visits/${encounter}/fields`, {
    body: { editor: crypto.randomUUID(), sequence: 1, fields: values.map(([linkId, value]) => ({ linkId, value, baseRevision: revisions.get(linkId) ?? 0 })) },
  });
  if (saved.missing.length > 0) throw new Error(`not ready: ${saved.missing.map(({ ru }) => ru).join(', ')}`);
  return { encounter, version: saved.version, draft: before.draft.id };
}

/** Signs, with a key of its own. */
export function sign(doctor: HttpPerson, visit: { encounter: string; version: number }, key: string, signal?: AbortSignal) {
  return doctor.send('POST', `/api/visits/${visit.encounter}/signature`, { body: { version: visit.version }, headers: { 'idempotency-key': key }, ...(signal ? { signal } : {}) });
}
