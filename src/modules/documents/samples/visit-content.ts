import type { Observation } from '@medplum/fhirtypes';
import type { DocumentContent, WithId } from '../content.ts';

/** A therapist's visit for the tests of this module: fictional, medically plausible. */
export function visitContent(changes: Partial<DocumentContent> = {}): DocumentContent {
  const patient = { reference: 'Patient/demo-ivanova' };
  const measured = (id: string, code: string, display: string, value: number, unit: string, ucum: string): WithId<Observation> => ({
    resourceType: 'Observation', id, status: 'final', subject: patient, effectiveDateTime: '2026-11-21T06:05:00Z',
    code: { coding: [{ system: 'http://loinc.org', code, display }], text: display }, valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: ucum },
  });
  return {
    id: '019aa5b0-7d10-7c44-8f6e-0c5f7f5b2a11',
    kind: { code: '119', name: 'Протокол консультации' },
    title: 'Протокол осмотра терапевта',
    language: 'ru',
    date: new Date('2026-11-21T06:41:07Z'),
    zone: 'Europe/Moscow',
    base: 'http://localhost:8080/fhir/R4',
    patient: {
      resourceType: 'Patient', id: 'demo-ivanova', gender: 'female', birthDate: '1959-03-14', name: [{ use: 'official', family: 'Иванова', given: ['Мария', 'Петровна'], text: 'Иванова Мария Петровна' }],
      identifier: [{ system: 'urn:identity:snils:Patient', value: '11223344595' }, { system: 'urn:identity:enp:Patient', value: '7700000000000009' }, { system: 'urn:karta:card', value: '00-104' }],
    },
    author: { resourceType: 'Practitioner', id: 'demo-sokolova', name: [{ family: 'Соколова', given: ['Анна', 'Викторовна'], text: 'Соколова Анна Викторовна' }] },
    authorRole: { resourceType: 'PractitionerRole', id: 'demo-sokolova-therapist', practitioner: { reference: 'Practitioner/demo-sokolova' }, organization: { reference: 'Organization/demo-polyclinic-2' }, code: [{ text: 'Врач-терапевт участковый' }] },
    coauthors: [{ resourceType: 'Practitioner', id: 'demo-orlova', name: [{ family: 'Орлова', given: ['Татьяна', 'Ивановна'], text: 'Орлова Татьяна Ивановна' }] }],
    organization: {
      resourceType: 'Organization', id: 'demo-polyclinic-2', name: 'Поликлиника № 2', identifier: [{ system: 'urn:identity:ogrn', value: '1027700132195' }], address: [{ text: 'г. Заречный, ул. Садовая, д. 14' }],
    },
    encounter: { resourceType: 'Encounter', id: 'visit-1', status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' }, subject: patient },
    sections: [
      { code: { code: 'COMPLNTS' }, title: 'Жалобы', paragraphs: ['Головная боль в затылке по утрам третью неделю, тяжесть за грудиной при подъёме на третий этаж, проходит в покое за 3 минуты.'] },
      { code: { code: 'ANAM' }, title: 'Анамнез', paragraphs: ['Гипертоническая болезнь с 2016 года, стенокардия напряжения с 2021 года. Лекарства принимает нерегулярно: в октябре пропускала бисопролол до трёх дней подряд.', 'Аллергия: пенициллины (крапивница, 1998 год).'] },
      {
        code: { code: 'VITALPARAM' }, title: 'Объективно', paragraphs: ['Состояние удовлетворительное. Тоны сердца приглушены, ритм правильный, шумов нет. Дыхание везикулярное. Отёков нет.'],
        table: {
          columns: ['Показатель', 'Значение', 'Единица', 'Норма'],
          rows: [['Артериальное давление', { text: '158/94', flag: 'high' }, 'мм рт. ст.', 'ниже 140/90'], ['Пульс', '72', 'уд/мин', '60–90'], ['Температура', '36,6', '°C', '35,9–37,2'], ['Масса тела', '81', 'кг', '']],
        },
        by: 'Измерила Орлова Т. И., медсестра, 9:05',
        resources: [measured('obs-pulse', '8867-4', 'Пульс', 72, 'уд/мин', '/min'), measured('obs-weight', '29463-7', 'Масса тела', 81, 'кг', 'kg')],
      },
      {
        code: { code: 'DGN' }, title: 'Диагноз', paragraphs: ['Основной: I11.9 Гипертоническая болезнь с преимущественным поражением сердца без сердечной недостаточности.', 'Сопутствующий: I20.8 Другие формы стенокардии.'],
        resources: [{ resourceType: 'Condition', id: 'cond-1', subject: patient, code: { coding: [{ system: 'urn:oid:1.2.643.5.1.13.13.11.1005', code: 'I11.9', display: 'Гипертоническая болезнь с преимущественным поражением сердца без сердечной недостаточности' }] }, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] } }],
      },
      {
        code: { code: 'REGIME' }, title: 'Назначения', paragraphs: [],
        table: { columns: ['Лекарство', 'Доза', 'Как принимать', 'Срок'], rows: [['Бисопролол, таблетки', '5 мг', '1 раз в день утром', '3 месяца'], ['Лозартан, таблетки', '100 мг', '1 раз в день вечером', '3 месяца']] },
        resources: [{ resourceType: 'MedicationRequest', id: 'med-1', status: 'active', intent: 'order', subject: patient, medicationCodeableConcept: { coding: [{ system: 'urn:karta:mnn', code: 'bisoprolol' }], text: 'Бисопролол' }, dosageInstruction: [{ text: '5 мг 1 раз в день утром' }] }],
      },
      { code: { code: 'PLAN' }, title: 'План', paragraphs: ['Липидограмма, ЭКГ до 1 декабря. Явка 5 декабря с дневником давления.', 'При боли за грудиной дольше 10 минут — вызвать скорую помощь, телефон 103.'] },
    ],
    ...changes,
  };
}
