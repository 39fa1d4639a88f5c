import type { Condition, EpisodeOfCare, QuestionnaireResponse } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { freshDatabase } from '../../../test/harness.ts';
import { createContext, openEntrance, systemContext, type Actor, type Ctx } from '../../access/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { enpCheckDigit } from '../../kernel/identifiers.ts';
import { log } from '../../kernel/log.ts';
import { Problem } from '../../kernel/problem.ts';
import { openStore } from '../../store/index.ts';
import type { Change } from '../../store/types.ts';
import { changeCase } from './change-case.ts';
import { closeCase } from './close-case.ts';
import { batchOf, exportServices, tableOf } from './export-services.ts';
import { previewServices } from './gather-services.ts';
import { listCasesOfPatient, listOpenCases } from './list-open-cases.ts';
import { moveVisit } from './move-visit.ts';
import { readCase } from './read-case.ts';
import { reopenCase } from './reopen-case.ts';

const database = await freshDatabase();
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
const entrance = openEntrance({ db: database, store, clock: systemClock, log, url: 'http://localhost:8080', demo: true });
const parts = { zone: 'Europe/Moscow' };
const month = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Moscow', year: 'numeric', month: '2-digit' }).format(new Date());
const karta = (): Ctx => systemContext(entrance);
const as = async (actor: Actor): Promise<Ctx> => (await createContext(entrance, { actor, account: actor.reference, access: undefined, language: 'ru', by: 'cookie', demo: true })).ctx;
const clinicOf = (n: number) => ({
  doctor: () => as({ reference: `Practitioner/doctor-${n}`, role: 'doctor', practitionerRole: `PractitionerRole/doctor-${n}-role`, organization: `Organization/clinic-${n}`, name: 'Соколова А. В.' }),
  head: () => as({ reference: `Practitioner/head-${n}`, role: 'head', organization: `Organization/clinic-${n}`, name: 'Никитин А. П.' }),
  registrar: () => as({ reference: `Practitioner/desk-${n}`, role: 'registrar', organization: `Organization/clinic-${n}`, name: 'Белова К. О.' }),
});
const keep = async (...resources: unknown[]) => void (await karta().store.write(resources.map((resource) => ({ method: 'create' as const, resource: resource as EpisodeOfCare, keepId: true }))));
for (const n of [1, 2, 3]) {
  await keep(
    { resourceType: 'Organization', id: `clinic-${n}`, name: `Поликлиника № ${n}` },
    { resourceType: 'Practitioner', id: `doctor-${n}`, name: [{ family: 'Соколова', given: ['Анна', 'Викторовна'] }] },
    { resourceType: 'PractitionerRole', id: `doctor-${n}-role`, practitioner: { reference: `Practitioner/doctor-${n}` }, organization: { reference: `Organization/clinic-${n}` }, code: [{ coding: [{ system: 'urn:oid:1.2.643.5.1.13.13.11.1002', code: '110' }] }], specialty: [{ coding: [{ system: 'urn:oid:1.2.643.5.1.13.13.11.1066', code: '27', display: 'Терапия' }] }] },
  );
}
const first = clinicOf(1);
const icd10 = 'urn:oid:1.2.643.5.1.13.13.11.1005';
let count = 0;

interface Plan {
  clinic?: number;
  code?: string;
  /** `open`: the visit is not signed yet */
  visit?: 'finished' | 'open';
  policy?: boolean;
  course?: string;
}

/** A patient with an open case of one visit. */
async function openCase({ clinic = 1, code = 'J06.9', visit = 'finished', policy = true, course }: Plan = {}) {
  const patient = `patient-${++count}`;
  const enp = `99000000${String(count).padStart(7, '0')}`;
  const start = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await keep({ resourceType: 'Patient', id: patient, name: [{ family: 'Иванова', given: ['Мария', 'Петровна'] }], birthDate: '1959-03-14', gender: 'female' });
  await keep(
    ...(policy ? [{ resourceType: 'Coverage', id: `${patient}-policy`, status: 'active', beneficiary: { reference: `Patient/${patient}` }, subscriberId: enp + enpCheckDigit(enp), payor: [{ display: 'Заречье-Мед' }] }] : []),
    { resourceType: 'EpisodeOfCare', id: `${patient}-case`, status: 'active', patient: { reference: `Patient/${patient}` }, managingOrganization: { reference: `Organization/clinic-${clinic}` }, careManager: { reference: `Practitioner/doctor-${clinic}` }, period: { start } },
    {
      resourceType: 'Condition', id: `${patient}-diagnosis`, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] }, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'encounter-diagnosis' }] }],
      code: { coding: [{ system: icd10, code }], text: 'Диагноз словами врача' }, subject: { reference: `Patient/${patient}` }, ...(course ? { extension: [{ url: 'urn:karta:course', valueCode: course }] } : {}),
    },
    {
      resourceType: 'Encounter', id: `${patient}-visit`, status: visit === 'open' ? 'in-progress' : 'finished', class: { code: 'AMB' }, subject: { reference: `Patient/${patient}` }, episodeOfCare: [{ reference: `EpisodeOfCare/${patient}-case` }],
      participant: [{ individual: { reference: `Practitioner/doctor-${clinic}` } }], period: { start, end: start }, serviceProvider: { reference: `Organization/clinic-${clinic}` }, diagnosis: [{ condition: { reference: `Condition/${patient}-diagnosis` } }],
    },
  );
  entrance.relations.forget({ reference: `Practitioner/doctor-${clinic}`, role: 'doctor' });
  entrance.relations.forget({ reference: `Practitioner/head-${clinic}`, role: 'head' });
  return { patient, id: `${patient}-case`, visit: `${patient}-visit`, diagnosis: `${patient}-diagnosis` };
}

const stored = async <T>(reference: string): Promise<T> => JSON.parse((await karta().store.readMany([reference]))[0]!.content) as T;
const found = async <T>(type: string, query: string): Promise<T[]> => (await karta().store.search(type, query)).matches.map((one) => JSON.parse(one.content) as T);
const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'nothing was refused';
};
const recovered = { outcome: '301' };
const close = async (id: string, doctor = first.doctor, choices: Parameters<typeof closeCase>[3]['choices'] = recovered) => closeCase(await doctor(), parts, id, { version: (await readCase(await doctor(), parts, id)).version, choices });

describe('closing a case', () => {
  test('one word of the doctor closes it: the talon is full, the acute illness is resolved', async () => {
    const { id, patient, diagnosis } = await openCase();
    const before = await readCase(await first.doctor(), parts, id);
    expect(before.missing).toEqual([{ what: 'outcome' }]);
    expect(before.talon.filter((line) => line.mark === 'missing').map((line) => line.key)).toEqual(['outcome']);
    const after = await close(id);
    expect(after).toMatchObject({ state: 'closed', missing: [], may: { change: false, reopen: true } });
    const episode = await stored<EpisodeOfCare>(`EpisodeOfCare/${id}`);
    expect(episode).toMatchObject({ status: 'finished', type: [{ coding: [{ code: '1.0' }] }], diagnosis: [{ condition: { reference: `Condition/${diagnosis}` }, role: { coding: [{ code: 'DD' }] } }, { role: { coding: [{ code: 'AD' }] } }] });
    expect(JSON.stringify(episode)).not.toContain('Диагноз словами врача');
    const [talon] = await found<QuestionnaireResponse>('QuestionnaireResponse', `patient=Patient/${patient}`);
    expect(talon).toMatchObject({ status: 'completed', questionnaire: 'urn:karta:form:025-1-u' });
    expect(talon!.item!.flatMap((item) => item.answer?.map((answer) => answer.valueString) ?? [])).toEqual(expect.arrayContaining(['301 — выздоровление', '1 — острое', '1 — ОМС', 'J06.9\u00a0Диагноз словами врача', expect.stringContaining('B01.047.005')]));
    expect((await stored<Condition>(`Condition/${diagnosis}`)).clinicalStatus?.coding?.[0]?.code).toBe('resolved');
  });

  test('a disease that stays comes to the list of problems, once', async () => {
    const { id, patient } = await openCase({ code: 'I11.9', course: 'new-chronic' });
    await close(id, first.doctor, { outcome: '303' });
    const problems = await found<Condition>('Condition', `patient=Patient/${patient}&category=problem-list-item`);
    expect(problems).toMatchObject([{ code: { coding: [{ code: 'I11.9' }] }, verificationStatus: { coding: [{ code: 'confirmed' }] }, clinicalStatus: { coding: [{ code: 'active' }] } }]);
  });

  test('a double click closes once', async () => {
    const { id, patient } = await openCase();
    const { version } = await readCase(await first.doctor(), parts, id);
    const doctors = await Promise.all([first.doctor(), first.doctor(), first.doctor(), first.doctor()]);
    // two of them a repetition by the browser, with the key of the act
    const answers = await Promise.all(doctors.map((ctx, index) => closeCase(ctx, parts, id, { version, choices: recovered }, index < 2 ? `key-${id}` : undefined)));
    expect(answers.map((answer) => answer.state)).toEqual(['closed', 'closed', 'closed', 'closed']);
    expect(await found('QuestionnaireResponse', `patient=Patient/${patient}`)).toHaveLength(1);
    expect((await stored<EpisodeOfCare>(`EpisodeOfCare/${id}`)).meta?.versionId).toBe(String(version + 1));
  });

  test('of two doctors who close it differently at once one closes, the other is told', async () => {
    const { id } = await openCase();
    const { version } = await readCase(await first.doctor(), parts, id);
    const [a, b] = [await first.doctor(), await first.doctor()];
    const outcomes = await Promise.all([refusal(closeCase(a, parts, id, { version, choices: { outcome: '301' } })), refusal(closeCase(b, parts, id, { version, choices: { outcome: '305' } }))]);
    expect(outcomes.toSorted()).toEqual(['cases.closed', 'nothing was refused']);
  });

  test('a case with a visit still open is not closed, and the refusal names it', async () => {
    const { id, visit } = await openCase({ visit: 'open' });
    const work = close(id);
    await expect(work).rejects.toMatchObject({ code: 'cases.missing', issues: expect.arrayContaining([expect.objectContaining({ expression: `Encounter/${visit}` })]) });
    expect((await stored<EpisodeOfCare>(`EpisodeOfCare/${id}`)).status).toBe('active');
  });

  test('a visit that begins while the case is being closed goes to a new case, however often it is told', async () => {
    const { id, patient } = await openCase();
    await close(id);
    await keep({ resourceType: 'Encounter', id: `${patient}-late`, status: 'in-progress', class: { code: 'AMB' }, subject: { reference: `Patient/${patient}` }, episodeOfCare: [{ reference: `EpisodeOfCare/${id}` }], period: { start: new Date().toISOString() } });
    const change = { type: 'Encounter', id: `${patient}-late` } as Change;
    await moveVisit(karta(), change);
    await moveVisit(karta(), change);
    const cases = await found<EpisodeOfCare>('EpisodeOfCare', `patient=Patient/${patient}`);
    expect(cases.map((one) => one.status).toSorted()).toEqual(['active', 'finished']);
  });

  test('codes that stand in no list and diagnoses of other people are refused', async () => {
    const [mine, other] = [await openCase(), await openCase()];
    expect(await refusal(close(mine.id, first.doctor, { outcome: '999' }))).toBe('cases.unknown-choice');
    expect(await refusal(close(mine.id, first.doctor, { outcome: '301', final: other.diagnosis }))).toBe('cases.unknown-diagnosis');
  });
});

describe('changing and reopening', () => {
  test('what is stated stays, what is taken back is proposed again, an old version changes nothing', async () => {
    const { id } = await openCase();
    const { version } = await readCase(await first.doctor(), parts, id);
    const paid = await changeCase(await first.doctor(), parts, id, { version, choices: { payer: 'paid', purpose: '1.1' } });
    expect(paid.proposal).toMatchObject({ payer: { value: 'paid', stated: true }, purpose: { value: '1.1', stated: true } });
    expect(await refusal(changeCase(await first.doctor(), parts, id, { version, choices: { payer: 'dms' } }))).toBe('cases.changed');
    const back = await changeCase(await first.doctor(), parts, id, { version: paid.version, choices: { payer: null } });
    expect(back.proposal.payer).toEqual({ value: 'oms', stated: false });
  });

  test('reopened with a reason everything that closing wrote is taken back, and it can be closed again', async () => {
    const [acute, chronic] = [await openCase(), await openCase({ code: 'I11.9', course: 'new-chronic' })];
    const closed = await close(acute.id);
    const open = await reopenCase(await first.doctor(), parts, acute.id, { version: closed.version, reason: 'Закрыт по ошибке' });
    expect(open).toMatchObject({ state: 'open', missing: [{ what: 'outcome' }] });
    const again = await reopenCase(await first.doctor(), parts, acute.id, { version: closed.version, reason: 'Закрыт по ошибке' });
    expect(again.version).toBe(open.version);
    expect((await stored<Condition>(`Condition/${acute.diagnosis}`)).clinicalStatus?.coding?.[0]?.code).toBe('active');
    expect(await found<QuestionnaireResponse>('QuestionnaireResponse', `patient=Patient/${acute.patient}`)).toMatchObject([{ status: 'entered-in-error' }]);
    expect((await close(acute.id)).state).toBe('closed');
    const other = await close(chronic.id, first.doctor, { outcome: '303' });
    await reopenCase(await first.doctor(), parts, chronic.id, { version: other.version, reason: 'Закрыт по ошибке' });
    expect(await found<Condition>('Condition', `patient=Patient/${chronic.patient}&category=problem-list-item`)).toMatchObject([{ verificationStatus: { coding: [{ code: 'entered-in-error' }] } }]);
    const [why] = await found('Provenance', `target=EpisodeOfCare/${chronic.id}&_sort=-recorded&_count=1`);
    expect(why).toMatchObject({ reason: [{ text: 'Закрыт по ошибке' }] });
  });

  test('a doctor of another clinic and the chief doctor read and do not change', async () => {
    const { id, patient } = await openCase();
    const second = clinicOf(2);
    expect(await refusal(readCase(await second.doctor(), parts, id))).toBe('cases.not-found');
    await keep({ resourceType: 'Encounter', id: `${patient}-there`, status: 'finished', class: { code: 'AMB' }, subject: { reference: `Patient/${patient}` }, participant: [{ individual: { reference: 'Practitioner/doctor-2' } }], period: { start: new Date().toISOString() } });
    entrance.relations.forget({ reference: 'Practitioner/doctor-2', role: 'doctor' });
    expect((await readCase(await second.doctor(), parts, id)).may.change).toBe(false);
    expect(await refusal(close(id, second.doctor))).toBe('cases.other-clinic');
    expect((await readCase(await first.head(), parts, id)).may).toEqual({ change: false, reopen: false });
  });
});

describe('open cases', () => {
  test('mine with what is missing; the clinic’s for the chief doctor; for the desk without what they are about', async () => {
    const { id, patient } = await openCase({ clinic: 2 });
    const second = clinicOf(2);
    const mine = (await listOpenCases(await second.doctor(), 'mine')).cases.find((one) => one.id === id);
    expect(mine).toMatchObject({ visits: 1, days: 0, ready: true, diagnosis: { code: 'J06.9' }, missing: [{ what: 'outcome' }], patient: { shortName: 'Иванова\u00a0М.\u00a0П.' } });
    expect((await listOpenCases(await second.head(), 'clinic')).cases.map((one) => one.id)).toContain(id);
    const desk = (await listOpenCases(await second.registrar(), 'clinic')).cases.find((one) => one.id === id);
    expect(desk).toMatchObject({ visits: 1, ready: false });
    expect(desk).not.toHaveProperty('diagnosis');
    expect((await listCasesOfPatient(await second.doctor(), patient)).cases).toHaveLength(1);
  });
});

describe('the account', () => {
  const third = clinicOf(3);
  test('a service is billed once under two exporters at once; the rest says why it is not billed; a billed case stays closed', async () => {
    const billed = [await openCase({ clinic: 3 }), await openCase({ clinic: 3 }), await openCase({ clinic: 3, code: 'Z00.0' })];
    const poor = await openCase({ clinic: 3, policy: false });
    for (const { id } of billed) await close(id, third.doctor);
    await close(poor.id, third.doctor, { outcome: '301', payer: 'oms' });
    const preview = await previewServices(await third.head(), parts, { month });
    expect(preview.totals).toMatchObject({ cases: 3, services: 3, patients: 3, byPayer: [{ payer: 'oms', cases: 3, services: 3 }] });
    expect(preview.notBilled).toMatchObject([{ case: poor.id, obstacles: ['policy'] }]);
    const desk = await previewServices(await third.registrar(), parts, { month });
    expect(desk.mayExport).toBe(false);
    expect(desk.rows.every((row) => row.icd === undefined)).toBe(true);

    const ids = [crypto.randomUUID(), crypto.randomUUID()];
    const heads = await Promise.all([third.head(), third.head()]);
    const outcomes = await Promise.allSettled(heads.map((ctx, index) => exportServices(ctx, parts, { id: ids[index]!, month })));
    const ready = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(ready.reduce((sum, one) => sum + one.services, 0)).toBe(3);
    expect(outcomes.filter((one) => one.status === 'rejected').every((one) => (one.reason as Problem).code === 'cases.nothing-to-export')).toBe(true);
    expect(await refusal(exportServices(await third.head(), parts, { id: crypto.randomUUID(), month }))).toBe('cases.nothing-to-export');
    expect((await exportServices(await third.head(), parts, { id: ready[0]!.id, month })).number).toBe(ready[0]!.number);

    const file = await tableOf(await third.head(), ready[0]!.id);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes);
    expect(text.startsWith('\ufeffСлучай;')).toBe(true);
    expect(text.trim().split('\r\n')).toHaveLength(1 + ready[0]!.services + 1);
    expect(text).toContain('B01.047.005');
    expect(await refusal(tableOf(await first.head(), ready[0]!.id))).toBe('cases.no-batch');
    const gone = await readCase(await third.doctor(), parts, billed[0]!.id);
    expect(gone.exported?.number).toBe(1);
    expect(await refusal(reopenCase(await third.doctor(), parts, billed[0]!.id, { version: gone.version, reason: 'Другой исход' }))).toBe('cases.exported');
  });

  test('a case that is reopened while it is being exported is either billed or open, never both', async () => {
    for (let round = 0; round < 4; round++) {
      const { id } = await openCase({ clinic: 3 });
      const closed = await close(id, third.doctor);
      const batch = crypto.randomUUID();
      const [reopened, exported] = await Promise.all([
        refusal(reopenCase(await third.doctor(), parts, id, { version: closed.version, reason: 'Ещё один приём' })),
        refusal(exportServices(await third.head(), parts, { id: batch, month })),
      ]);
      const { status } = await stored<EpisodeOfCare>(`EpisodeOfCare/${id}`);
      const billed = (await readCase(await third.doctor(), parts, id)).exported !== undefined;
      expect([reopened, exported, status, billed]).toSatisfy(([r, e, s, b]: [string, string, string, boolean]) =>
        (r === 'nothing was refused' && s === 'active' && !b) || (r === 'cases.exported' && e === 'nothing was refused' && s === 'finished' && b));
    }
  });

  test('a failed batch says so', async () => {
    const id = crypto.randomUUID();
    expect(await refusal(exportServices(await clinicOf(2).head(), parts, { id, month: '2001-01' }))).toBe('cases.nothing-to-export');
    expect((await batchOf(await clinicOf(2).head(), id)).state).toBe('failed');
  });
});
