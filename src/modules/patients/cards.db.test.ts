import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { insuredPersons } from '../../../seeds/insured/insured-persons.ts';
import { openDesk } from '../../../test/desk.ts';
import { freshDatabase } from '../../../test/harness.ts';
import { enpCheckDigit, snilsCheckDigits } from '../../kernel/identifiers.ts';
import type { Problem } from '../../kernel/problem.ts';
import { changeCard } from './change-card.ts';
import { listConsents, recordConsent, withdrawConsent } from './consents.ts';
import type { TitlePage } from './contract.ts';
import { findDoubles } from './find-doubles.ts';
import { findPersons } from './find-persons.ts';
import { askRegister } from './insured-register.ts';
import { mergeCards, unmergeCards } from './merge-cards.ts';
import { openCard } from './open-card.ts';
import { personGroup } from './person-group.ts';
import { printLabel } from './print-label.ts';
import { readCard } from './read-card.ts';
import { comparePages } from './rules.ts';
import { keepScanPage, listScans, readScanPage, scanPaper } from './scan-paper.ts';

const place = await openDesk(await freshDatabase());
const desk = await place.desk();
const otherDesk = await place.otherDesk();
const open = (page: TitlePage, more: { others?: string[]; newborn?: { mother: string; ordinal?: number } } = {}, key?: string, at = desk) => openCard(at, { page, others: more.others ?? [], ...(more.newborn ? { newborn: more.newborn } : {}) }, key);

let made = 0;
/** Nobody like anybody else. */
function someone(more: Partial<TitlePage> = {}): TitlePage {
  const n = ++made;
  const nine = String(700_000_000 + n * 104_729);
  const fifteen = `98${String(n * 7_919).padStart(13, '0')}`;
  const letters = [...String(1000 + n)].map((digit) => 'бвгджзклмн'[Number(digit)]!).join('о');
  return {
    family: `Пе${letters}ов`, given: `А${letters}ей`, patronymic: `О${letters}ович`, sex: 'male', birthDate: `19${String(30 + (n % 60))}-0${1 + (n % 9)}-1${n % 10}`,
    snils: nine + snilsCheckDigits(nine), policy: { kind: 'enp', number: fifteen + enpCheckDigit(fifteen) }, phones: [], representatives: [], ...more,
  };
}
const code = (refused: PromiseSettledResult<unknown>) => (refused.status === 'rejected' ? (refused.reason as Problem).code : 'done');

describe('opening a card', () => {
  it('keeps every field of the title page and gives it back as it was', async () => {
    const page = someone({
      registered: { region: 'Заречная область', district: 'Берёзовский район', city: 'село Берёзовка', line: 'улица Полевая, 7', postalCode: '630000', locality: 'rural' },
      living: { city: 'город Заречинск', line: 'улица Мира, 6, кв. 30', locality: 'urban' },
      phones: [{ number: '+79990001122', kind: 'mobile' }, { number: '+73830001122', kind: 'home' }], email: 'petrov@example.org',
      benefit: { code: '082', text: 'Инвалиды II группы' },
      document: { kind: 'passport', series: '5010', number: '123456', issuedBy: 'ОУФМС России по Заречной области', issued: '2010-05-12' },
      marital: 'married', education: 'higher', employment: 'works', workplace: 'ООО «Вымысел»', post: 'Инженер',
      disability: { group: '2', order: 'repeated', since: '2019-03-01' }, blood: { group: 'A', rhesus: 'negative' },
      attachment: { doctor: 'PractitionerRole/doctor-role', district: '7' },
    });
    page.policy = { ...page.policy!, insurer: 'Заречье-Мед', from: '2022-02-01' };
    const spouse = { family: 'Петрова', given: 'Ольга', patronymic: 'Игоревна', relation: 'spouse' as const, phone: '+79990003344' };
    const card = await open({ ...page, representatives: [spouse] });
    expect(card.page).toEqual({ ...page, representatives: [{ ...spouse, id: expect.any(String) }] });
    expect(card).toMatchObject({ card: expect.stringMatching(/^\d{2}-\d{6}$/), clinic: 'Поликлиника № 2', active: true });
    const label = Buffer.from((await printLabel(desk, card.id)).bytes).toString('utf8');
    expect(label).toContain(card.card);
    expect(label).toContain('<svg');
  });

  it('is one card when two desks open the same person at the same moment', async () => {
    const page = someone();
    const both = await Promise.allSettled([open(page), open(page, {}, undefined, otherDesk)]);
    expect(both.map(code).sort()).toEqual(['done', expect.stringMatching(/^patients\.(opened-meanwhile|number-taken)$/)]);
    const bare = { ...someone(), snils: undefined, policy: undefined };
    const without = JSON.parse(JSON.stringify(bare)) as TitlePage;
    expect((await Promise.allSettled([open(without), open(without, {}, undefined, otherDesk), open(without)])).map(code).filter((one) => one === 'done')).toHaveLength(1);
  });

  it('is one card when the same act comes several times, at once or later', async () => {
    for (let round = 0; round < 5; round++) {
      const page = someone();
      const act = () => open(page, {}, `key-${round}`);
      const cards = await Promise.all([act(), sleep(round * 5).then(act), sleep(round * 10).then(act)]);
      expect(new Set([...cards, await act()].map(({ id }) => id)).size).toBe(1);
    }
  });

  it('gives every card its own number, forty at once', async () => {
    const cards = await Promise.all(Array.from({ length: 40 }, () => open(someone())));
    expect(new Set(cards.map(({ card }) => card)).size).toBe(40);
  });

  it('shows the likely double before it is made, and lets a namesake be confirmed', async () => {
    const first = await open(someone({ family: 'Смирнов', given: 'Александр', patronymic: 'Иванович', birthDate: '1965-04-18' }));
    const again = JSON.parse(JSON.stringify({ ...someone({ family: 'Смирнов', given: 'Александр', patronymic: 'Иванович', birthDate: '1965-04-18' }), snils: undefined })) as TitlePage;
    expect(await findDoubles(desk, again)).toMatchObject([{ id: first.id, same: false, reasons: ['те же фамилия, имя и отчество', 'та же дата рождения'] }]);
    await expect(open(again)).rejects.toMatchObject({ code: 'patients.likely-double', details: { patients: first.id, names: 'Смирнов Александр Иванович' } });
    expect((await open(again, { others: [first.id] })).id).not.toBe(first.id);
    await expect(open({ ...someone(), snils: first.page.snils! }, { others: [first.id] })).rejects.toMatchObject({ code: 'patients.number-taken' });
  });

  it('refuses wrong numbers and impossible dates field by field, and writes nothing', async () => {
    const page = someone({ snils: '11223344596', birthDate: '2999-01-01', document: { kind: 'passport', series: '50', number: '1' } });
    await expect(open(page)).rejects.toMatchObject({ code: 'patients.incorrect-page', issues: [{ expression: 'page.birthDate' }, { expression: 'page.snils' }, { expression: 'page.document.number' }] });
    expect((await findPersons(desk, `${page.family} ${page.given}`)).filter(({ name }) => name.startsWith(`${page.family} `))).toEqual([]);
  });

  it('takes a newborn by the mother’s policy; a twin gets the next number and is no double', async () => {
    const mother = await open(someone({ sex: 'female', birthDate: '1995-02-26', phones: [{ number: '+79995550011', kind: 'mobile' }] }));
    const child: TitlePage = { family: mother.page.family, sex: 'male', birthDate: '2026-11-10', phones: [], representatives: [], policy: { kind: 'newborn', number: `${mother.page.policy!.number}_2026-11-10_1` } };
    const first = await open(child, { newborn: { mother: mother.id } });
    expect(first.page.policy).toMatchObject({ kind: 'newborn', number: `${mother.page.policy!.number}_2026-11-10_1` });
    expect(first.page.representatives).toMatchObject([{ family: mother.page.family, given: mother.page.given, relation: 'mother', phone: '+79995550011' }]);
    expect((await open(child, { newborn: { mother: mother.id } })).page.policy!.number).toBe(`${mother.page.policy!.number}_2026-11-10_2`);
    await expect(open(child, { newborn: { mother: mother.id, ordinal: 1 } })).rejects.toMatchObject({ code: 'patients.number-taken' });
    const poor = await open(JSON.parse(JSON.stringify({ ...someone(), policy: undefined })) as TitlePage);
    await expect(open(child, { newborn: { mother: poor.id } })).rejects.toMatchObject({ code: 'patients.mother-without-policy' });
  });

  it('is filled from the register of the insured, and says who has a card already', async () => {
    const [row] = insuredPersons();
    expect(await askRegister(desk, place.register, { enp: row!.enp })).toMatchObject([{ person: { family: row!.family, snils: row!.snils }, card: undefined }]);
    expect(await askRegister(desk, place.register, { family: 'ОРЕХОВА', given: 'над', birthDate: row!.birthDate })).toHaveLength(1);
    expect(await askRegister(desk, place.register, { birthDate: row!.birthDate })).toEqual([]);
    const { family, given, patronymic, sex, birthDate, snils, enp } = row!;
    const card = await open({ family, given, ...(patronymic ? { patronymic } : {}), sex, birthDate, ...(snils ? { snils } : {}), policy: { kind: 'enp', number: enp }, phones: [], representatives: [] });
    expect((await askRegister(desk, place.register, { snils: snils! }))[0]!.card?.id).toBe(card.id);
  });
});

describe('changing a card', () => {
  it('does not overwrite what another desk has written; both versions can be laid side by side', async () => {
    const card = await open(someone({ phones: [{ number: '+79990007711', kind: 'mobile' }] }));
    const theirs = { ...card.page, post: 'Слесарь', workplace: 'Завод' };
    await changeCard(otherDesk, card.id, { page: theirs, version: card.version }, undefined);
    const mine = { ...card.page, post: 'Токарь', education: 'vocational' as const };
    await expect(changeCard(desk, card.id, { page: mine, version: card.version }, undefined)).rejects.toMatchObject({ code: 'patients.changed-meanwhile' });
    const now = await readCard(desk, card.id);
    const { joined, clashes } = comparePages(card.page, mine, now.page);
    expect(clashes).toEqual([{ field: 'post', mine: 'Токарь', theirs: 'Слесарь' }]);
    expect(joined).toMatchObject({ workplace: 'Завод', education: 'vocational', post: 'Слесарь' });
    expect((await changeCard(desk, card.id, { page: { ...joined, post: 'Токарь' }, version: now.version }, undefined)).page).toMatchObject({ workplace: 'Завод', post: 'Токарь' });
  });

  it('keeps what the page does not speak of, ends the former policy, and finds by the former name', async () => {
    const card = await open(someone({ sex: 'female' }));
    const fifteen = '970000000000123';
    const changed = await changeCard(desk, card.id, { version: card.version, page: { ...card.page, family: 'Новофамильная', policy: { kind: 'enp', number: fifteen + enpCheckDigit(fifteen) } } }, undefined);
    expect(changed).toMatchObject({ card: card.card, page: { family: 'Новофамильная', policy: { number: fifteen + enpCheckDigit(fifteen) } } });
    expect((await findPersons(desk, card.page.family))[0]?.id).toBe(card.id);
    const other = await open(someone());
    await expect(changeCard(desk, other.id, { version: other.version, page: { ...other.page, snils: card.page.snils! } }, undefined)).rejects.toMatchObject({ code: 'patients.number-taken' });
  });
});

describe('finding a person', () => {
  it('works by what one has: name in any order, half typed, mistyped, date, phone, numbers, label', async () => {
    const card = await open(someone({ family: 'Благовещенская', given: 'Серафима', patronymic: 'Аристарховна', sex: 'female', birthDate: '1947-09-03', phones: [{ number: '8 (912) 345-67-89', kind: 'mobile' }] }));
    const { snils, policy } = card.page;
    for (const text of [
      'Благовещенская Серафима', 'серафима благовещ', 'благов сер ари', 'Благовищенская', 'Блоговещенская Сирафима', 'лаговещенская', 'Blagoveshchenskaya', ',kfujdtotycrfz', 'Благовещенская 1947', '03.09.47 серафима',
      '9123456789', '+7 912 345-67-89', '89123456789', snils!, `${snils!.slice(0, 3)}-${snils!.slice(3, 6)}-${snils!.slice(6, 9)} ${snils!.slice(9)}`, policy!.number, card.card!,
    ]) {
      expect((await findPersons(desk, text))[0]?.id, text).toBe(card.id);
    }
    expect((await findPersons(desk, 'Благовещенская 03.09.1947'))[0]).toMatchObject({ matched: ['name', 'birthDate'], shortName: 'Благовещенская\u00a0С.\u00a0А.' });
    expect(await findPersons(desk, '   ')).toEqual([]);
  });
});

describe('two cards of one person', () => {
  it('become a group that search and group follow; un-merging names what was written since', async () => {
    const [main, double, third] = [await open(someone({ family: 'Единова' })), await open(someone({ family: 'Единова' })), await open(someone({ family: 'Единова' }))];
    await mergeCards(desk, double.id, third.id, undefined);
    const merged = await mergeCards(desk, main.id, double.id, 'merge-1');
    expect(merged.merged.map(({ id }) => id)).toEqual([double.id, third.id]);
    expect(await personGroup(desk, third.id)).toEqual([main.id, double.id, third.id]);
    expect(await readCard(desk, double.id)).toMatchObject({ active: false, mergedInto: { id: main.id }, page: double.page });
    expect(await findPersons(desk, double.card!)).toMatchObject([{ id: main.id, through: double.card }]);
    await expect(mergeCards(desk, third.id, main.id, undefined)).rejects.toMatchObject({ code: 'patients.already-merged' });
    await expect(mergeCards(desk, main.id, main.id, undefined)).rejects.toMatchObject({ code: 'patients.merge-itself' });
    await place.keep({ resourceType: 'AllergyIntolerance', id: 'since', clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }, patient: { reference: `Patient/${double.id}` }, code: { text: 'Пенициллины' } });
    const { card, since } = await unmergeCards(desk, main.id, double.id, undefined);
    expect(card.merged).toEqual([]);
    expect(since).toMatchObject([{ type: 'AllergyIntolerance', id: 'since', version: 1, card: double.id, other: main.id, fixed: undefined }]);
    expect(JSON.stringify(since)).not.toContain('Пенициллины');
    expect(await personGroup(desk, third.id)).toEqual([double.id, third.id]);
    expect(await readCard(desk, double.id)).toMatchObject({ active: true });
  });

  it('are seen by the doctor of either card', async () => {
    const [main, double] = [await open(someone()), await open(someone())];
    await place.keep({ resourceType: 'Condition', id: 'of-double', subject: { reference: `Patient/${double.id}` }, code: { text: 'Артроз' } });
    const start = new Date().toISOString();
    await place.keep({ resourceType: 'Appointment', id: `seen-${main.id}`, status: 'booked', start, end: start, participant: [{ actor: { reference: `Patient/${main.id}` }, status: 'accepted' }, { actor: { reference: 'PractitionerRole/doctor-role' }, status: 'accepted' }] });
    await expect((await place.doctor()).store.read('Condition', 'of-double')).rejects.toMatchObject({ code: 'store.not-found' });
    await mergeCards(desk, main.id, double.id, undefined);
    expect((await (await place.doctor()).store.read('Condition', 'of-double')).id).toBe('of-double');
    await unmergeCards(desk, main.id, double.id, undefined);
    await expect((await place.doctor()).store.read('Condition', 'of-double')).rejects.toMatchObject({ code: 'store.not-found' });
  });
});

describe('the desk', () => {
  it('records consents and refusals with who signed, and withdraws them', async () => {
    const card = await open(someone({ representatives: [{ family: 'Опекунов', given: 'Лев', relation: 'guardian' }] }));
    const guardian = card.page.representatives[0]!.id!;
    const consent = await recordConsent(desk, card.id, { kind: 'treatment', date: '2026-11-01', representative: guardian }, undefined);
    await recordConsent(desk, card.id, { kind: 'vaccination-refusal', date: '2026-11-02', note: 'Прививка против гриппа' }, undefined);
    expect(await listConsents(desk, card.id)).toMatchObject([{ kind: 'vaccination-refusal', refusal: true, note: 'Прививка против гриппа' }, { kind: 'treatment', refusal: false, by: 'Опекунов Лев' }]);
    expect((await withdrawConsent(desk, card.id, consent.id, '2026-11-20', undefined)).withdrawn).toBe('2026-11-20');
    await expect(withdrawConsent(desk, card.id, consent.id, '2026-11-20', undefined)).rejects.toMatchObject({ code: 'patients.consent-withdrawn' });
    await expect(recordConsent(desk, card.id, { kind: 'data', date: '2999-01-01' }, undefined)).rejects.toMatchObject({ code: 'patients.date-to-come' });
  });

  it('keeps what is brought on paper: bytes as they came, page order, origin, the mark of a copy', async () => {
    const card = await open(someone());
    const [jpeg, pdf] = [Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('первая')]), Buffer.from('%PDF-1.7 вторая')];
    const pages = [await keepScanPage(desk, card.id, pdf), await keepScanPage(desk, card.id, jpeg)].reverse();
    const scan = await scanPaper(desk, card.id, { title: 'Выписка', date: '2024-05-06', origin: 'Городская больница № 1', pages }, 'scan-1');
    expect(await scanPaper(desk, card.id, { title: 'Выписка', date: '2024-05-06', origin: 'Городская больница № 1', pages }, 'scan-1')).toEqual(scan);
    expect(await listScans(desk, card.id)).toMatchObject([{ id: scan.id, title: 'Выписка', origin: 'Городская больница № 1', pages: [{ mediaType: 'image/jpeg' }, { mediaType: 'application/pdf' }] }]);
    expect(Buffer.from((await readScanPage(desk, card.id, scan.id, 1)).bytes).equals(jpeg)).toBe(true);
    await expect(keepScanPage(desk, card.id, Buffer.from('MZ\u0000программа'))).rejects.toMatchObject({ code: 'patients.scan-unreadable' });
    await expect(scanPaper(desk, card.id, { title: 'Выписка', date: '2024-05-06', origin: 'там', pages: [{ ...pages[0]!, sha256: '0'.repeat(64) }] }, undefined)).rejects.toMatchObject({ code: 'patients.scan-page-lost' });
  });

  it('sees no clinical text, by whatever way it asks', async () => {
    const card = await open(someone());
    const subject = { reference: `Patient/${card.id}` };
    await place.keep(
      { resourceType: 'Condition', id: 'secret-condition', subject }, { resourceType: 'Observation', id: 'secret-observation', status: 'final', code: { text: 'Давление' }, subject },
      { resourceType: 'DocumentReference', id: 'secret-document', status: 'current', subject, content: [{ attachment: { title: 'Протокол' } }] },
    );
    for (const [type, id] of [['Condition', 'secret-condition'], ['Observation', 'secret-observation'], ['DocumentReference', 'secret-document']] as const) {
      await expect(desk.store.read(type, id)).rejects.toMatchObject({ code: 'store.not-found' });
      expect((await desk.store.search(type, `patient=Patient/${card.id}`)).matches).toEqual([]);
    }
    expect(await listScans(desk, card.id)).toEqual([]);
    await expect(readScanPage(desk, card.id, 'secret-document', 1)).rejects.toMatchObject({ code: 'store.not-found' });
  });
});
