import { expect, it } from 'vitest';
import type { AllergyIntolerance, Provenance } from '@medplum/fhirtypes';
import { openDesk } from '../../../test/desk.ts';
import { freshDatabase } from '../../../test/harness.ts';
import { assignEntry } from './assign-entry.ts';
import { mergeCards, unmergeCards } from './merge-cards.ts';
import { openCard } from './open-card.ts';
import { listUnassigned } from './unassigned.ts';

const place = await openDesk(await freshDatabase());
const desk = await place.desk();
const card = (family: string, birthDate: string) => openCard(desk, { page: { family, given: 'Пётр', sex: 'male', birthDate, phones: [], representatives: [] }, others: [] }, undefined);
const [main, double] = [await card('Берёзов', '1961-04-02'), await card('Клюквин', '1983-09-17')];
const ofDouble = { reference: `Patient/${double.id}` };
const allergy = (id: string, more: object = {}) => ({ resourceType: 'AllergyIntolerance', id, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, patient: { ...ofDouble, display: 'Клюквин Пётр' }, code: { text: 'Пенициллины' }, ...more });
const move = (id: string, version = 1) => assignEntry(desk, double.id, { reference: id, version, to: main.id, undo: false }, undefined);

it('After cards are taken apart the desk assigns what was written meanwhile, once, can take it back, and never touches what is signed', async () => {
  await place.keep(allergy('before'));
  await mergeCards(desk, main.id, double.id, undefined);
  await place.keep(
    allergy('moved'), allergy('stays'),
    { resourceType: 'DocumentReference', id: 'signed', status: 'current', subject: ofDouble, content: [{ attachment: { title: 'Протокол' } }] },
    { resourceType: 'Condition', id: 'by-document', subject: ofDouble, code: { text: 'Артроз' } },
    { resourceType: 'Encounter', id: 'visit', status: 'in-progress', class: { code: 'AMB' }, subject: ofDouble },
    { resourceType: 'Observation', id: 'at-visit', status: 'final', code: { text: 'Рост' }, subject: ofDouble, encounter: { reference: 'Encounter/visit' } },
    { resourceType: 'Provenance', id: 'origin', target: [{ reference: 'Condition/by-document' }, ofDouble], recorded: '2026-11-21T09:00:00Z', agent: [{ who: { reference: 'Practitioner/doctor' } }], entity: [{ role: 'source', what: { reference: 'DocumentReference/signed' } }] },
  );
  await expect(move('AllergyIntolerance/moved')).rejects.toMatchObject({ code: 'patients.not-to-assign' });
  const { since } = await unmergeCards(desk, main.id, double.id, undefined);
  await place.keep(allergy('after'));
  expect(Object.fromEntries(since.map((one) => [one.id, one.fixed]))).toEqual({ moved: undefined, stays: undefined, signed: 'document', 'by-document': 'document', visit: 'visit', 'at-visit': 'visit' });

  for (const id of ['before', 'after']) await expect(move(`AllergyIntolerance/${id}`)).rejects.toMatchObject({ code: 'patients.not-to-assign' });
  for (const id of ['DocumentReference/signed', 'Condition/by-document']) await expect(move(id)).rejects.toMatchObject({ code: 'patients.signed-entry' });
  for (const id of ['Encounter/visit', 'Observation/at-visit']) await expect(move(id)).rejects.toMatchObject({ code: 'patients.visit-entry' });
  await expect(move('AllergyIntolerance/moved', 7)).rejects.toMatchObject({ code: 'store.stale' });

  const { version } = await move('AllergyIntolerance/moved');
  expect(await move('AllergyIntolerance/moved')).toEqual({ version });
  await assignEntry(desk, double.id, { reference: 'AllergyIntolerance/stays', version: 1, to: double.id, undo: false }, undefined);
  const { store } = place.karta();
  const allergies = async (id: string) => (await store.search('AllergyIntolerance', `patient=Patient/${id}`)).matches.map((one) => one.id).sort();
  expect([await allergies(main.id), await allergies(double.id)]).toEqual([['moved'], ['after', 'before', 'stays']]);
  expect((JSON.parse((await store.read('AllergyIntolerance', 'moved')).content) as AllergyIntolerance).patient).toEqual({ reference: `Patient/${main.id}` });
  const [said] = (await store.search('Provenance', 'target=AllergyIntolerance/moved')).matches.map((one) => JSON.parse(one.content) as Provenance);
  expect(said?.agent.map(({ who }) => who.reference ?? who.display)).toEqual(['Practitioner/belova', 'Карта']);
  for (const id of [main.id, double.id]) expect((await listUnassigned(desk, id)).map((one) => one.id).sort()).toEqual(['at-visit', 'by-document', 'signed', 'visit']);
  await expect(desk.store.read('AllergyIntolerance', 'moved')).rejects.toMatchObject({ code: 'store.not-found' });

  await assignEntry(desk, main.id, { reference: 'AllergyIntolerance/moved', version, to: double.id, undo: true }, undefined);
  expect([await allergies(main.id), await allergies(double.id)]).toEqual([[], ['after', 'before', 'moved', 'stays']]);
  await assignEntry(desk, double.id, { reference: 'AllergyIntolerance/stays', version: 1, to: double.id, undo: true }, undefined);
  expect((await listUnassigned(desk, main.id)).flatMap((one) => (one.fixed ? [] : [one.id])).sort()).toEqual(['moved', 'stays']);
});
