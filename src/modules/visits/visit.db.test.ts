import type { Condition, DocumentReference, Encounter, MedicationRequest, Observation, Provenance } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { openClinic } from '../../../test/visit-clinic.ts';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { readDocument, verifyStored } from '../documents/index.ts';
import { confirmField } from './confirm-field.ts';
import type { FieldValue } from './contract.ts';
import { copyForward } from './copy-forward.ts';
import { correctDocument } from './correct-document.ts';
import { discardDraft, restoreDraft } from './discard-draft.ts';
import { listDrafts } from './list-drafts.ts';
import { lookUpDiagnoses, lookUpMedicines } from './look-up.ts';
import { readVisit } from './read-visit.ts';
import { saveFields } from './save-fields.ts';
import { signVisit } from './sign-visit.ts';
import { startVisit } from './start-visit.ts';
import { findAll } from './stored.ts';
import { waitForChanges } from './wait-for-changes.ts';

const database = await freshDatabase();
const { parts, keys, doctor, nurse, colleague, karta, keep, booking } = await openClinic(database);

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'nothing was refused';
};

/** A window of somebody: remembers revisions and numbers its saves. */
function openWindow(ctx: Ctx, encounter: string, editor: string = crypto.randomUUID()) {
  let sequence = 0;
  const revisions = new Map<string, number>();
  return {
    editor,
    async type(linkId: string, value: FieldValue | null, more: { resolves?: boolean } = {}) {
      const answer = await saveFields(ctx, parts, encounter, { editor, sequence: ++sequence, fields: [{ linkId, value, baseRevision: revisions.get(linkId) ?? 0, ...more }] });
      // as the page does: while the field is in use the other's value is not shown, so it has not been seen
      for (const field of answer.fields) if (!answer.outcomes.some((each) => each.linkId === field.linkId && each.outcome === 'conflict')) revisions.set(field.linkId, field.revision);
      return answer;
    },
    look: async () => {
      for (const field of (await readVisit(ctx, encounter)).draft.fields) revisions.set(field.linkId, field.revision);
    },
  };
}

const byText = (a: string | undefined, b: string | undefined): number => (a ?? '').localeCompare(b ?? '');
const hypertension: FieldValue = { kind: 'diagnosis', code: 'I11.9', display: '', role: 'main', certainty: 'final', course: 'known-chronic' };
const bisoprolol: FieldValue = { kind: 'prescription', medicine: { code: 'bisoprolol', name: 'Бисопролол' }, form: 'таблетки', strength: '5 мг', dosage: '5 мг 1 раз в день утром', days: 30, warnings: [] };

/** A visit that lacks nothing. */
async function readyVisit(more?: (patient: string) => unknown[]) {
  const { patient, appointment } = await booking(more);
  const { encounter } = await startVisit(await nurse(), { appointment });
  const at = openWindow(await nurse(), encounter);
  for (const [link, value] of [['vitals.systolic', 158], ['vitals.diastolic', 94], ['vitals.pulse', 72], ['vitals.temperature', 36.6], ['vitals.weight', 81], ['vitals.height', 164]] as const) await at.type(link, value);
  const my = openWindow(await doctor(), encounter);
  await my.look();
  for (const [link, value] of [['complaints', 'Головная боль в затылке по утрам.'], ['anamnesis', 'Гипертоническая болезнь с 2016 года.'], ['objective.text', 'Тоны сердца приглушены, ритм правильный.'], ['diagnosis:a', hypertension], ['prescription:a', bisoprolol]] as const) await my.type(link, value);
  return { patient, appointment, encounter, my };
}

const signNow = async (encounter: string) => signVisit(await doctor(), parts, encounter, (await readVisit(await doctor(), encounter)).draft.version);

describe('a visit begins', () => {
  test('a booking starts one visit, however often and by whomever it is started', async () => {
    const { patient, appointment } = await booking();
    const both = [await doctor(), await nurse(), await doctor()];
    const started = await Promise.all(both.map((ctx) => startVisit(ctx, { appointment })));
    expect(new Set(started.map((each) => each.encounter)).size).toBe(1);
    expect(await findAll(karta(), 'Encounter', `patient=Patient/${patient}`)).toHaveLength(1);
    expect((await findAll(karta(), 'Appointment', `patient=Patient/${patient}`))[0]!.status).toBe('arrived');
    expect(await findAll(karta(), 'EpisodeOfCare', `patient=Patient/${patient}`)).toHaveLength(1);
  });

  test('the next visit joins the open case of the same doctor', async () => {
    const { patient } = await readyVisit();
    const again = await startVisit(await doctor(), { patient });
    const encounters = await findAll(karta(), 'Encounter', `patient=Patient/${patient}`);
    expect(encounters).toHaveLength(2);
    expect(new Set(encounters.map((each) => each.episodeOfCare![0]!.reference)).size).toBe(1);
    expect((await startVisit(await doctor(), { patient })).encounter).toBe(again.encounter);
  });

  test('the page has everything in one answer, and «nobody asked» is not «none»', async () => {
    const { appointment } = await booking((patient) => [
      { resourceType: 'Condition', id: `${patient}-p`, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }], code: { coding: [{ system: 'urn:oid:1.2.643.5.1.13.13.11.1005', code: 'I11.9' }], text: 'Гипертоническая болезнь' }, subject: { reference: `Patient/${patient}` }, onsetDateTime: '2016' },
    ]);
    const { encounter } = await startVisit(await doctor(), { appointment });
    const visit = await readVisit(await doctor(), encounter);
    expect(visit).toMatchObject({ patient: { name: 'Иванова Мария Петровна', allergies: { state: 'unasked' } }, template: { name: 'therapist' }, problems: [{ code: 'I11.9' }], may: { sign: true } });
    const proposed = visit.draft.fields.find((field) => field.linkId === 'anamnesis');
    expect(proposed).toMatchObject({ value: 'Гипертоническая болезнь с 2016 года', unconfirmed: true });
    expect(visit.draft.missing.map((each) => each.ru)).toContain('подтвердить скопированное: «Анамнез»');
    const confirmed = await confirmField(await doctor(), encounter, { linkId: 'anamnesis', revision: proposed!.revision });
    expect(confirmed.fields).toMatchObject([{ linkId: 'anamnesis', unconfirmed: false }]);
  });

  test('another clinic sees neither the draft nor a way into it', async () => {
    const { patient, encounter } = await readyVisit();
    await keep({ resourceType: 'Appointment', id: `${patient}-c`, status: 'booked', start: new Date().toISOString(), end: new Date().toISOString(), participant: [{ actor: { reference: `Patient/${patient}` }, status: 'accepted' }, { actor: { reference: 'PractitionerRole/colleague-role' }, status: 'accepted' }] });
    expect(await refusal(readVisit(await colleague(), encounter))).toBe('visits.other-clinic');
    expect(await refusal(saveFields(await colleague(), parts, encounter, { editor: 'colleague1', sequence: 1, fields: [{ linkId: 'complaints', value: 'x', baseRevision: 9 }] }))).toBe('visits.other-clinic');
  });
});

describe('two people write at once', () => {
  test('in different fields nobody disturbs anybody, in any order; in one field nothing is lost', async () => {
    const { appointment } = await booking();
    const { encounter } = await startVisit(await doctor(), { appointment });
    const links = ['vitals.pulse', 'vitals.weight', 'complaints'] as const;
    const step = fc.record({ who: fc.constantFrom('doctor', 'nurse'), link: fc.constantFrom(...links), value: fc.integer({ min: 40, max: 120 }), looks: fc.boolean() });
    const [d, n] = [await doctor(), await nurse()];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        await database.query('delete from draft_field');
        await database.query('delete from draft_conflict');
        const windows = { doctor: openWindow(d, encounter), nurse: openWindow(n, encounter) };
        const last = new Map<string, FieldValue>();
        await Promise.all(
          (['doctor', 'nurse'] as const).map(async (who) => {
            for (const { link, value, looks } of steps.filter((each) => each.who === who)) {
              if (looks) await windows[who].look();
              const typed = link === 'complaints' ? `жалоба ${value} ${who}` : value;
              last.set(`${who} ${link}`, typed);
              await windows[who].type(link, typed);
            }
          }),
        );
        const { draft } = await readVisit(d, encounter);
        for (const link of links) {
          const kept = [...draft.fields, ...draft.conflicts].filter((each) => each.linkId === link).map((each) => each.value);
          const mine = [last.get(`doctor ${link}`), last.get(`nurse ${link}`)].filter((value) => value !== undefined);
          // the last word of each person stands, unless the other had looked and wrote over it
          for (const [who, other] of [['doctor', 'nurse'], ['nurse', 'doctor']] as const) {
            const word = last.get(`${who} ${link}`);
            // by looking, or by the answer to an earlier save, which brings what others wrote meanwhile
            const others = steps.filter((each) => each.who === other);
            const seenByOther = others.some((each, at) => each.looks || (at > 0 && each.link === link));
            if (word !== undefined && !seenByOther) expect(kept).toContain(word);
          }
          expect(mine.length === 0 || kept.some((value) => mine.includes(value as FieldValue))).toBe(true);
          if (mine.length === 1) expect(kept).toEqual(mine);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('the same field changed by another since: both values are kept and shown, a person decides', async () => {
    const { appointment } = await booking();
    const { encounter } = await startVisit(await doctor(), { appointment });
    const [mine, hers] = [openWindow(await doctor(), encounter), openWindow(await nurse(), encounter)];
    await hers.type('complaints', 'Головная боль');
    expect((await mine.type('complaints', 'Тяжесть за грудиной')).outcomes[0]!.outcome).toBe('conflict');
    await mine.type('complaints', 'Тяжесть за грудиной при ходьбе');
    const { draft } = await readVisit(await nurse(), encounter);
    expect(draft.fields).toMatchObject([{ linkId: 'complaints', value: 'Головная боль', author: { name: 'Орлова Т. И.' } }]);
    expect(draft.conflicts).toMatchObject([{ linkId: 'complaints', value: 'Тяжесть за грудиной при ходьбе', author: { name: 'Соколова А. В.' } }]);
    expect(draft.missing.map((each) => each.ru)).toContain('выбрать из двух записей: «Жалобы»');
    const decided = await mine.type('complaints', 'Головная боль. Тяжесть за грудиной при ходьбе', { resolves: true });
    expect(decided.conflicts).toEqual([]);
    expect(decided.fields.find((field) => field.linkId === 'complaints')!.value).toContain('Тяжесть');
  });

  test('a save that is repeated or comes late changes nothing', async () => {
    const { appointment } = await booking();
    const { encounter } = await startVisit(await doctor(), { appointment });
    const ctx = await doctor();
    const save = (sequence: number, value: string) => saveFields(ctx, parts, encounter, { editor: 'one-window', sequence, fields: [{ linkId: 'complaints', value, baseRevision: 0 }] });
    const first = await save(2, 'Боль в горле');
    const again = await save(2, 'Боль в горле');
    expect((await save(1, 'Боль')).outcomes[0]!.outcome).toBe('late');
    expect(again.version).toBe(first.version);
    expect((await readVisit(ctx, encounter)).draft.fields).toMatchObject([{ value: 'Боль в горле' }]);
  });

  test('the nurse’s measurement reaches the doctor’s page by itself, with her name and the computed index', async () => {
    const { appointment } = await booking();
    const { encounter } = await startVisit(await doctor(), { appointment });
    const waiting = waitForChanges(await doctor(), parts, encounter, { since: 0, wait: 20 });
    const hers = openWindow(await nurse(), encounter);
    await hers.type('vitals.weight', 81);
    expect((await waiting).fields).toMatchObject([{ linkId: 'vitals.weight', value: 81, author: { name: 'Орлова Т. И.' } }]);
    const answer = await hers.type('vitals.height', 164);
    expect(answer.fields.find((field) => field.linkId === 'vitals.bmi')!.value).toBe(30.1);
  });

  test('the nurse cannot write the doctor’s sections, and impossible values are refused', async () => {
    const { appointment } = await booking();
    const { encounter } = await startVisit(await nurse(), { appointment });
    const hers = openWindow(await nurse(), encounter);
    expect(await refusal(hers.type('anamnesis', 'x'))).toBe('visits.not-yours');
    expect(await refusal(hers.type('diagnosis:a', hypertension))).toBe('visits.not-yours');
    expect(await refusal(hers.type('vitals.pulse', 7200))).toBe('visits.wrong-value');
    expect((await hers.type('referral:a', { kind: 'referral', category: 'laboratory', name: 'Липидограмма' })).outcomes[0]!.outcome).toBe('saved');
  });
});

describe('prescriptions and diagnoses', () => {
  test('an allergy warns, asks for a reason and does not block', async () => {
    const { appointment } = await booking((patient) => [{ resourceType: 'AllergyIntolerance', id: `${patient}-a`, patient: { reference: `Patient/${patient}` }, code: { text: 'Пенициллины' }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] } }]);
    const { encounter } = await startVisit(await doctor(), { appointment });
    const my = openWindow(await doctor(), encounter);
    const amoxicillin: FieldValue = { kind: 'prescription', medicine: { code: 'amoxicillin', name: 'Амоксициллин' }, dosage: '500 мг 3 раза в день', days: 7, warnings: [] };
    const answer = await my.type('prescription:x', amoxicillin);
    expect(answer.fields[0]!.value).toMatchObject({ warnings: [{ kind: 'allergy', severity: 'high' }] });
    expect(answer.missing.map((each) => each.ru)).toContain('причина назначения: Амоксициллин');
    const reasoned = await my.type('prescription:x', { ...amoxicillin, reason: 'Переносил без реакции в 2024 году' });
    expect(reasoned.missing.map((each) => each.ru)).not.toContain('причина назначения: Амоксициллин');
  });

  test('a diagnosis takes its name from the dictionary; a code that is none is refused', async () => {
    const { appointment } = await booking();
    const { encounter } = await startVisit(await doctor(), { appointment });
    const my = openWindow(await doctor(), encounter);
    expect((await my.type('diagnosis:a', hypertension)).fields[0]!.value).toMatchObject({ display: expect.stringMatching(/ипертенз|ипертонич/) });
    expect(await refusal(my.type('diagnosis:b', { ...hypertension, code: 'Ж99' }))).toBe('visits.unknown-diagnosis');
  });

  test('diagnoses and medicines are found by a few letters', async () => {
    expect(lookUpDiagnoses(parts, { text: 'гипертоническая болезнь с пораж', limit: 8 }).diagnoses.map((each) => each.code)).toContain('I11.9');
    const { medicines } = await lookUpMedicines(await doctor(), parts, { text: 'бисопр', limit: 5 });
    expect(medicines[0]).toMatchObject({ code: 'bisoprolol', dosing: expect.arrayContaining([expect.stringContaining('мг')]) });
  });
});

describe('signing', () => {
  test('what is missing is named and nothing is written', async () => {
    const { appointment } = await booking();
    const { encounter } = await startVisit(await doctor(), { appointment });
    const { draft } = await readVisit(await doctor(), encounter);
    expect(await refusal(signVisit(await doctor(), parts, encounter, draft.version))).toBe('visits.missing');
    expect(draft.missing.map((each) => each.ru)).toEqual(expect.arrayContaining(['жалобы', 'код диагноза', 'АД систолическое']));
  });

  test('one signature puts the document in force with all that it says, and finishes the visit', async () => {
    const { patient, encounter } = await readyVisit();
    const signed = await signNow(encounter);
    const ctx = await doctor();
    const stored = await readDocument(ctx, signed.document);
    expect(verifyStored(stored, { anchors: await keys.anchors(), revoked: await keys.revocations() }, new Date()).verdict).toBe('valid');
    expect(stored.signatures.map((each) => each.role)).toEqual(['doctor', 'organisation']);
    const of = `patient=Patient/${patient}`;
    const [observations, conditions, requests, encounters, appointments] = await Promise.all([
      findAll(ctx, 'Observation', of), findAll(ctx, 'Condition', of), findAll(ctx, 'MedicationRequest', of), findAll(ctx, 'Encounter', of), findAll(ctx, 'Appointment', of),
    ]) as [Observation[], Condition[], MedicationRequest[], Encounter[], { status: string }[]];
    const pressure = observations.find((each) => each.code.coding![0]!.code === '85354-9')!;
    expect(pressure).toMatchObject({ performer: [{ reference: 'Practitioner/nurse' }], component: [{ valueQuantity: { value: 158 }, interpretation: [{ coding: [{ code: 'H' }] }] }, { valueQuantity: { value: 94 } }] });
    expect(observations.map((each) => each.code.coding![0]!.code).toSorted(byText)).toEqual(['29463-7', '39156-5', '8302-2', '8310-5', '85354-9', '8867-4']);
    expect(conditions.map((each) => each.category![0]!.coding![0]!.code).toSorted(byText)).toEqual(['encounter-diagnosis', 'problem-list-item']);
    expect(requests).toMatchObject([{ status: 'active', dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 5, unit: 'мг' } }], timing: { repeat: { frequency: 1, when: ['MORN'] } } }] }]);
    expect(encounters).toMatchObject([{ status: 'finished', diagnosis: [{ rank: 1 }] }]);
    expect(appointments).toMatchObject([{ status: 'fulfilled' }]);
    const provenances = (await findAll(ctx, 'Provenance', `target=Observation/${pressure.id}`)) as Provenance[];
    expect(provenances.flatMap((each) => each.agent.map((agent) => agent.who.reference)).toSorted(byText)).toEqual(['Practitioner/doctor', 'Practitioner/doctor', 'Practitioner/nurse']);
    expect(provenances.some((each) => each.entity?.[0]?.what.reference === `DocumentReference/${signed.document}`)).toBe(true);
    const text = stored.file.bytes.toString('utf8');
    for (const part of ['158/94', 'Записала Орлова', 'Головная боль в затылке', 'I11.9', 'Бисопролол']) expect(text).toContain(part);
    expect((await readVisit(ctx, encounter)).draft).toMatchObject({ state: 'signed', document: signed.document });
  });

  test('a double click signs once', async () => {
    const { patient, encounter } = await readyVisit();
    const { draft } = await readVisit(await doctor(), encounter);
    const answers = await Promise.all([1, 2, 3].map(async () => signVisit(await doctor(), parts, encounter, draft.version)));
    expect(new Set(answers.map((each) => each.document)).size).toBe(1);
    expect(await findAll(karta(), 'DocumentReference', `patient=Patient/${patient}`)).toHaveLength(1);
    expect((await signVisit(await doctor(), parts, encounter, draft.version)).document).toBe(answers[0]!.document);
  });

  test('a draft that changed since it was read is not signed', async () => {
    const { patient, encounter } = await readyVisit();
    const { draft } = await readVisit(await doctor(), encounter);
    const hers = openWindow(await nurse(), encounter);
    await hers.look();
    await hers.type('vitals.pulse', 96);
    expect(await refusal(signVisit(await doctor(), parts, encounter, draft.version))).toBe('visits.changed');
    expect(await findAll(karta(), 'DocumentReference', `patient=Patient/${patient}`)).toHaveLength(0);
  });

  test('saves that race with a signature are either in the document or refused, never lost in silence', async () => {
    for (let round = 0; round < 5; round++) {
      const { encounter } = await readyVisit();
      const { draft } = await readVisit(await doctor(), encounter);
      const hers = openWindow(await nurse(), encounter);
      await hers.look();
      const [signed, saved] = await Promise.allSettled([signVisit(await doctor(), parts, encounter, draft.version), hers.type('vitals.pulse', 100 + round)]);
      if (signed.status === 'fulfilled' && saved.status === 'fulfilled') {
        const { file } = await readDocument(await doctor(), signed.value.document);
        expect(file.bytes.toString('utf8')).toContain(`${100 + round}`);
      } else expect([signed, saved].filter((each) => each.status === 'rejected').map((each) => ((each).reason as Problem).code)).toEqual([expect.stringMatching(/visits\.(changed|closed)/)]);
    }
  });

  test('after the signature the draft takes no more words', async () => {
    const { encounter, my } = await readyVisit();
    await signNow(encounter);
    expect(await refusal(my.type('complaints', 'Ещё'))).toBe('visits.closed');
  });

  test('only the doctor of the visit signs', async () => {
    const { encounter } = await readyVisit();
    const { draft } = await readVisit(await doctor(), encounter);
    expect(await refusal(signVisit(await nurse(), parts, encounter, draft.version))).toBe('visits.not-the-doctor');
  });
});

describe('afterwards', () => {
  test('a correction replaces the document; what it no longer says is withdrawn, what stays the same stays', async () => {
    const { patient, encounter } = await readyVisit();
    const first = await signNow(encounter);
    expect(await correctDocument(await doctor(), first.document)).toEqual({ encounter });
    expect(await correctDocument(await doctor(), first.document)).toEqual({ encounter });
    const my = openWindow(await doctor(), encounter);
    await my.look();
    await my.type('complaints', 'Головная боль в затылке по вечерам.');
    await my.type('prescription:a', null);
    await my.type('plan.text', 'Препарат отменён, контроль давления дома.');
    const second = await signNow(encounter);
    const documents = (await findAll(karta(), 'DocumentReference', `patient=Patient/${patient}`)) as (DocumentReference & { id: string })[];
    expect(documents.find((each) => each.id === first.document)!.status).toBe('superseded');
    expect(documents.find((each) => each.id === second.document)).toMatchObject({ status: 'current', relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${first.document}` } }] });
    expect((await findAll(karta(), 'MedicationRequest', `patient=Patient/${patient}`)).map((each) => each.status)).toEqual(['entered-in-error']);
    const pressures = (await findAll(karta(), 'Observation', `patient=Patient/${patient}&code=85354-9`)) as Observation[];
    expect(pressures.map((each) => each.status)).toEqual(['final']);
    expect((await readDocument(await doctor(), first.document)).file.bytes.toString('utf8')).toContain('по утрам');
    expect((await readDocument(await doctor(), second.document)).file.bytes.toString('utf8')).toContain('по вечерам');
    expect(await refusal(correctDocument(await doctor(), first.document))).toBe('visits.not-correctable');
  });

  test('an earlier visit is copied with its source and never over what is written', async () => {
    const { patient, encounter } = await readyVisit();
    const { document } = await signNow(encounter);
    const next = await startVisit(await doctor(), { patient });
    const my = openWindow(await doctor(), next.encounter);
    await my.type('complaints', 'Жалоб нет');
    const before = await readVisit(await doctor(), next.encounter);
    expect(before.earlier[0]!.sections.map((section) => section.linkId)).toEqual(['complaints', 'anamnesis', 'objective', 'diagnosis', 'plan']);
    const copied = await copyForward(await doctor(), next.encounter, { editor: my.editor, document, linkIds: ['complaints', 'objective'] });
    expect(copied.fields).toMatchObject([{ linkId: 'objective.text', value: 'Тоны сердца приглушены, ритм правильный.', unconfirmed: true, source: { document, author: 'Соколова\u00a0А.\u00a0В.' } }]);
    expect((await readVisit(await doctor(), next.encounter)).draft.fields.find((field) => field.linkId === 'complaints')!.value).toBe('Жалоб нет');
  });

  test('a discarded draft comes back with every word', async () => {
    const { encounter } = await readyVisit();
    const before = (await readVisit(await doctor(), encounter)).draft.fields;
    await discardDraft(await doctor(), encounter);
    expect((await listDrafts(await doctor())).drafts.map((each) => each.encounter)).not.toContain(encounter);
    await restoreDraft(await doctor(), encounter);
    expect((await readVisit(await doctor(), encounter)).draft.fields).toEqual(before);
    expect((await listDrafts(await doctor())).drafts.find((each) => each.encounter === encounter)).toMatchObject({ missing: 0, title: 'Протокол осмотра терапевта' });
  });
});
