import type { CarePlan, DiagnosticReport, Encounter, Flag, Resource, ServiceRequest } from '@medplum/fhirtypes';
import type { DemoTime } from './demo-time.ts';
import { allergies, episode, measureAt, prescription, problem, visit } from './histories.ts';
import type { DemoNote, History, VisitPlan } from './histories.ts';
import { demoMeta, ref } from './marks.ts';
import { nameOf, patientRef, personById } from './people.ts';
import type { Reason } from './profiles.ts';
import { shortName, staffMember } from './staff.ts';
import { labValue } from './values.ts';
import type { LabKey } from './values.ts';

const nb = '\u00a0';

interface Step {
  daysAgo: number;
  doctor: string;
  pressure: [number, number];
  pulse: number;
  weight: number;
  reason: Reason;
  condition: 'hypertension' | 'angina' | 'knees' | undefined;
}

const hypertension = { code: 'I11.9', text: 'Гипертоническая болезнь II стадии, риск 4' };
const angina = { code: 'I20.8', text: 'Стенокардия напряжения II ФК' };

/** Three years of visits, the oldest first; pressure creeps up in the last half year, as medicines are taken by halves. */
const steps: Step[] = [
  { daysAgo: 1065, doctor: 'demo-sokolova', pressure: [142, 86], pulse: 74, weight: 77.5, condition: 'hypertension', reason: { ...hypertension, complaints: 'Головная боль к вечеру, не чаще раза в неделю.', findings: 'Тоны сердца приглушены, ритм правильный. Хрипов нет. Отёков нет.', advice: `Бисопролол 5${nb}мг, аторвастатин 20${nb}мг продолжить. Дневник давления.` } },
  { daysAgo: 940, doctor: 'demo-gordeev', pressure: [138, 84], pulse: 68, weight: 77.8, condition: 'angina', reason: { ...angina, complaints: 'Сжимающая боль за грудиной при быстрой ходьбе, проходит за 3\u00a0минуты в покое.', findings: 'Границы сердца расширены влево на 1\u00a0см. Шумов нет. ЭКГ: синусовый ритм 66, гипертрофия левого желудочка.', advice: `Цель ЛПНП ниже 1,8${nb}ммоль/л. Нитроглицерин при боли. Эхокардиография раз в год.` } },
  { daysAgo: 850, doctor: 'demo-sokolova', pressure: [136, 82], pulse: 70, weight: 78, condition: undefined, reason: { code: 'J06.9', text: 'ОРВИ, лёгкое течение', complaints: `Насморк, кашель, температура до 37,8${nb}°C третий день.`, findings: 'Зев гиперемирован. Дыхание везикулярное, хрипов нет.', advice: 'Питьё, промывание носа. Антибиотик не показан; пенициллины противопоказаны.' } },
  { daysAgo: 700, doctor: 'demo-sokolova', pressure: [148, 92], pulse: 72, weight: 78.6, condition: 'hypertension', reason: { ...hypertension, complaints: 'Давление дома 145–150, головная боль по утрам.', findings: 'Тоны приглушены, акцент II тона над аортой. Отёков нет.', advice: `Добавлен лозартан 50${nb}мг утром. Калий и креатинин через 2${nb}недели.` } },
  { daysAgo: 610, doctor: 'demo-sokolova', pressure: [134, 82], pulse: 70, weight: 78.9, condition: 'hypertension', reason: { ...hypertension, complaints: 'Жалоб нет, лекарства переносит хорошо.', findings: 'Состояние удовлетворительное. Ритм правильный.', advice: 'Лечение прежнее. Липидограмма.' } },
  { daysAgo: 470, doctor: 'demo-pavlov', pressure: [138, 84], pulse: 72, weight: 79.4, condition: 'knees', reason: { code: 'M17.0', text: 'Остеоартроз коленных суставов II стадии', complaints: 'Боль в правом колене при спуске по лестнице.', findings: 'Крепитация, выпота нет, сгибание 115°. Связки состоятельны.', advice: 'Лечебная гимнастика, снижение веса. НПВП короткими курсами нежелательны: ИБС.' } },
  { daysAgo: 355, doctor: 'demo-gordeev', pressure: [136, 84], pulse: 66, weight: 79.8, condition: 'angina', reason: { ...angina, complaints: 'Боли за грудиной 1–2\u00a0раза в месяц при нагрузке.', findings: 'Шумов нет. ЭКГ без динамики. Фракция выброса 58\u00a0%.', advice: `ЛПНП выше цели: аторвастатин не пропускать, контроль через 3${nb}месяца. Явка через год.` } },
  { daysAgo: 210, doctor: 'demo-sokolova', pressure: [138, 86], pulse: 71, weight: 80.2, condition: 'hypertension', reason: { ...hypertension, complaints: 'Жалоб нет.', findings: 'Ритм правильный. Отёков нет.', advice: 'Терапия прежняя. Диспансерный осмотр.' } },
  { daysAgo: 99, doctor: 'demo-sokolova', pressure: [138, 84], pulse: 70, weight: 80.6, condition: 'hypertension', reason: { ...hypertension, complaints: 'Жалоб нет.', findings: 'Состояние удовлетворительное. Хрипов нет, отёков нет.', advice: 'Терапия прежняя.' } },
  { daysAgo: 22, doctor: 'demo-sokolova', pressure: [146, 88], pulse: 74, weight: 80.9, condition: 'hypertension', reason: { ...hypertension, complaints: 'Тяжесть в затылке по утрам, лекарства принимает нерегулярно.', findings: 'Тоны сердца приглушены, ритм правильный. Лёгкие без хрипов.', advice: `Лозартан 50${nb}мг и бисопролол 5${nb}мг ежедневно. Контроль через 3${nb}недели, липидограмма.` } },
];

const laboratory: { daysAgo: number; values: Partial<Record<LabKey, number>> }[] = [
  { daysAgo: 1060, values: { ldl: 3.4, cholesterol: 5.6, glucose: 5.3, creatinine: 79, potassium: 4.3, hemoglobin: 132 } },
  { daysAgo: 845, values: { ldl: 2.6, cholesterol: 4.9, glucose: 5.4, creatinine: 81 } },
  { daysAgo: 685, values: { creatinine: 84, potassium: 4.6 } },
  { daysAgo: 600, values: { ldl: 2.2, cholesterol: 4.4, glucose: 5.5, creatinine: 83, hemoglobin: 129 } },
  { daysAgo: 350, values: { ldl: 2.7, cholesterol: 4.9, glucose: 5.5, creatinine: 85, potassium: 4.5 } },
  { daysAgo: 205, values: { ldl: 3.2, cholesterol: 5.4, glucose: 5.7, creatinine: 86 } },
  { daysAgo: 9, values: { ldl: 3.8, cholesterol: 6.1, glucose: 5.6, creatinine: 88, potassium: 4.4 } },
];

/** Иванова Мария Петровна: the main patient of the demo, with three full years and a stay in the heart centre. */
export function ivanovaHistory(time: DemoTime): History {
  const person = personById('ivanova');
  const sokolova = staffMember('demo-sokolova');
  const gordeev = staffMember('demo-gordeev');
  const pavlov = staffMember('demo-pavlov');
  const patient = patientRef(person);
  const subject = () => ref<never>(patient, nameOf(person));
  const problems = {
    hypertension: problem('demo-ivanova-hypertension', person, 'I11.9', 'Гипертоническая болезнь II стадии', '2016-03-15', sokolova),
    angina: problem('demo-ivanova-angina', person, 'I20.8', 'Стенокардия напряжения II ФК', '2021-05-14', gordeev),
    knees: problem('demo-ivanova-knees', person, 'M17.0', 'Остеоартроз коленных суставов', '2018-09-20', pavlov),
  };
  const until = time.date(-12);
  const medicines = [
    prescription('demo-ivanova-bisoprolol', person, { inn: 'bisoprolol', dose: [5, 'mg'], perDay: 1, text: `5${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }, '2021-05-12', gordeev, until, 'Condition/demo-ivanova-angina'),
    prescription('demo-ivanova-atorvastatin', person, { inn: 'atorvastatin', dose: [20, 'mg'], perDay: 1, text: `20${nb}мг 1${nb}раз в день вечером`, form: 'таблетки' }, '2021-05-12', gordeev, time.date(-40), 'Condition/demo-ivanova-angina'),
    prescription('demo-ivanova-losartan', person, { inn: 'losartan', dose: [50, 'mg'], perDay: 1, text: `50${nb}мг 1${nb}раз в день утром`, form: 'таблетки' }, time.date(700), sokolova, until, 'Condition/demo-ivanova-hypertension'),
  ];
  const stay: Encounter = {
    resourceType: 'Encounter', id: 'demo-ivanova-stay', meta: demoMeta, status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP', display: 'inpatient encounter' },
    type: [{ text: 'Стационарное лечение' }], subject: subject(), participant: [{ individual: ref(`Practitioner/${gordeev.id}`, shortName(gordeev)) }], period: { start: '2021-05-14T10:30:00+03:00', end: '2021-05-21T12:00:00+03:00' },
    reasonCode: [{ text: 'Стенокардия, впервые возникшая. Коронарография' }], diagnosis: [{ condition: ref('Condition/demo-ivanova-angina', 'Стенокардия напряжения II ФК') }], serviceProvider: ref('Organization/demo-cardio-centre', 'Кардиоцентр'),
  };
  const resources: Resource[] = [...allergies(person, '2009-02-11', sokolova), ...Object.values(problems), stay];
  const notes: DemoNote[] = [];
  steps.forEach((step, i) => {
    const doctor = staffMember(step.doctor);
    const plan: VisitPlan = {
      id: `demo-ivanova-visit-${i + 1}`, person, doctor, nurse: step.doctor === 'demo-gordeev' ? 'demo-kim' : 'demo-orlova', daysAgo: step.daysAgo, minutes: 540 + (i % 5) * 15,
      reason: step.reason, episode: `demo-ivanova-case-${i + 1}`, condition: step.condition && problems[step.condition].id,
    };
    const { encounter, condition, note } = visit(plan, time);
    resources.push(
      episode(plan.episode, person, doctor, time.date(step.daysAgo), step.daysAgo < 30 ? undefined : time.date(step.daysAgo - 7), { code: step.reason.code, condition: plan.condition ?? `${plan.id}-diagnosis`, known: plan.condition !== undefined }),
      encounter,
      ...(condition ? [condition] : []),
      ...measureAt(plan, time, { pressure: step.pressure, pulse: step.pulse, weight: step.weight, height: 164, temperature: step.condition ? 36.6 : 37.4 }),
    );
    notes.push(note);
  });
  laboratory.forEach(({ daysAgo, values }, i) => {
    const at = time.at(daysAgo, 480);
    const results = Object.entries(values).map(([key, value]) =>
      // With angina the aim of treatment is below 1.8 mmol/l, whatever the laboratory prints.
      labValue(key as LabKey, value, { id: `demo-ivanova-lab-${i + 1}-${key}`, patient, at, by: 'Practitioner/demo-maslov' }, key === 'ldl' ? { high: 1.8 } : key === 'creatinine' ? { low: 44, high: 80 + 17 } : undefined),
    );
    const report: DiagnosticReport = {
      resourceType: 'DiagnosticReport', id: `demo-ivanova-lab-${i + 1}`, meta: demoMeta, status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB', display: 'Laboratory' }] }],
      code: { text: 'Анализ крови биохимический' }, subject: subject(), effectiveDateTime: at, issued: time.at(Math.max(0, daysAgo - 1), 0), performer: [ref('Organization/demo-regional-hospital', 'Областная клиническая больница')],
      result: results.map((result) => ref(`Observation/${result.id}`, result.code.text)),
    };
    resources.push(...results, report);
  });
  const flag: Flag = {
    resourceType: 'Flag', id: 'demo-ivanova-dispensary', meta: demoMeta, status: 'active', category: [{ text: 'Диспансерное наблюдение' }], code: { text: 'Диспансерный учёт: ИБС' }, subject: subject(),
    period: { start: '2021-06-01' }, author: ref(`Practitioner/${sokolova.id}`, shortName(sokolova)),
  };
  const carePlan: CarePlan = {
    resourceType: 'CarePlan', id: 'demo-ivanova-follow-up', meta: demoMeta, status: 'active', intent: 'plan', title: 'Диспансерное наблюдение: ИБС, гипертоническая болезнь', subject: subject(), period: { start: '2021-06-01' },
    author: ref(`Practitioner/${sokolova.id}`, shortName(sokolova)), addresses: [ref('Condition/demo-ivanova-angina'), ref('Condition/demo-ivanova-hypertension')],
    activity: [
      { detail: { status: 'scheduled', description: 'Осмотр кардиолога', scheduledPeriod: { start: time.date(35), end: time.date(21) } } },
      { detail: { status: 'scheduled', description: 'Вакцинация от гриппа', scheduledPeriod: { start: time.date(20), end: time.date(-24) } } },
      { detail: { status: 'scheduled', description: 'Диспансерный осмотр', scheduledPeriod: { start: time.date(-55), end: time.date(-65) } } },
    ],
  };
  const referral: ServiceRequest = {
    resourceType: 'ServiceRequest', id: 'demo-ivanova-cardiologist', meta: demoMeta, status: 'active', intent: 'order', priority: 'routine', category: [{ text: 'Консультация' }], code: { text: 'Консультация кардиолога' }, subject: subject(),
    encounter: ref('Encounter/demo-ivanova-visit-10'), authoredOn: time.date(22), occurrenceDateTime: time.date(0), requester: ref(`Practitioner/${sokolova.id}`, shortName(sokolova)), performer: [ref('Organization/demo-cardio-centre', 'Кардиоцентр')],
    reasonReference: [ref('Condition/demo-ivanova-angina')], note: [{ text: `ЛПНП выше цели на аторвастатине 20${nb}мг, боли 1–2\u00a0раза в месяц.` }],
  };
  return { resources: [...resources, ...medicines, flag, carePlan, referral], notes };
}
