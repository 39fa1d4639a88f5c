import type { Element, Questionnaire } from '@medplum/fhirtypes';
import { choice, inEnglish, item } from './items.ts';
import type { TemplateItem, Words } from './items.ts';
import { anamnesis, complaints, diagnosis, objective, plan, vitals } from './sections.ts';

/** Ids of the templates, by speciality; `previsit` is the nurse's alone and fills the same links. */
export const templateIds = { previsit: 'karta-previsit', therapist: 'karta-therapist', paediatrician: 'karta-paediatrician', cardiologist: 'karta-cardiologist', surgeon: 'karta-surgeon' } as const;
export type TemplateKey = keyof typeof templateIds;

/** A Questionnaire with the extensions of its title and texts. */
export interface Template extends Omit<Questionnaire, 'item' | 'id'> {
  id: string;
  _title?: Element;
  item: TemplateItem[];
}

function template(key: TemplateKey, title: Words, items: TemplateItem[]): Template {
  const launch = (name: string, type: string, words: string) => ({
    url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext',
    extension: [
      { url: 'name', valueCoding: { system: 'http://hl7.org/fhir/uv/sdc/CodeSystem/launchContext', code: name, display: words } },
      { url: 'type', valueCode: type },
    ],
  });
  return {
    resourceType: 'Questionnaire',
    id: templateIds[key],
    language: 'ru',
    url: `urn:karta:template:${key}`,
    version: '1.0.0',
    name: key,
    title: title.ru,
    _title: inEnglish(title.en),
    status: 'active',
    subjectType: ['Patient'],
    date: '2026-11-01',
    publisher: 'Karta',
    extension: [
      launch('patient', 'Patient', 'Пациент'),
      launch('encounter', 'Encounter', 'Посещение'),
      { url: 'http://hl7.org/fhir/StructureDefinition/variable', valueExpression: { name: 'problems', language: 'application/x-fhir-query', expression: 'Condition?patient={{%patient.id}}&clinical-status=active&category=problem-list-item' } },
    ],
    item: items,
  };
}

const therapist = (): Template =>
  template('therapist', { ru: 'Протокол осмотра терапевта', en: 'Therapist’s visit' }, [
    complaints('Что беспокоит, с какого времени, чем облегчается'),
    ...anamnesis({ ru: 'Анамнез', en: 'History' }, 'Начало и течение болезни, лечение, перенесённое, наследственность, вредности'),
    objective(vitals({ pressure: true, weight: false }), 'Общее состояние, кожа, зев, лёгкие, сердце, живот, отёки', [
      choice('objective.state', { ru: 'Общее состояние', en: 'General condition' }, [
        ['good', 'Удовлетворительное', 'Satisfactory'],
        ['moderate', 'Средней тяжести', 'Moderate'],
        ['severe', 'Тяжёлое', 'Severe'],
      ]),
    ]),
    diagnosis(),
    plan('Режим, питание, обследование, когда обратиться раньше'),
  ]);

const paediatrician = (): Template =>
  template('paediatrician', { ru: 'Протокол осмотра педиатра', en: 'Paediatrician’s visit' }, [
    complaints('Что беспокоит ребёнка, со слов кого'),
    ...anamnesis({ ru: 'Анамнез', en: 'History' }, 'Начало болезни, контакты, прививки, аллергия, беременность и роды у малышей', [
      choice('anamnesis.feeding', { ru: 'Вскармливание', en: 'Feeding' }, [
        ['breast', 'Грудное', 'Breast'],
        ['mixed', 'Смешанное', 'Mixed'],
        ['formula', 'Искусственное', 'Formula'],
        ['table', 'Общий стол', 'Family table'],
      ]),
      item('anamnesis.development', 'text', { ru: 'Развитие', en: 'Development' }),
    ]),
    objective(vitals({ pressure: false, weight: true }), 'Самочувствие, кожа, зев, миндалины, лимфоузлы, дыхание, сердце, живот, стул', [
      choice('objective.state', { ru: 'Самочувствие', en: 'General condition' }, [
        ['good', 'Не нарушено', 'Undisturbed'],
        ['moderate', 'Средней тяжести', 'Moderate'],
        ['severe', 'Тяжёлое', 'Severe'],
      ]),
      item('objective.fontanelle', 'string', { ru: 'Большой родничок', en: 'Anterior fontanelle' }),
      item('objective.headCircumference', 'decimal', { ru: 'Окружность головы, см', en: 'Head circumference, cm' }, {
        code: [{ system: 'http://loinc.org', code: '9843-4', display: 'Head Occipital-frontal circumference' }],
        extension: [
          { url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit', valueCoding: { system: 'http://unitsofmeasure.org', code: 'cm', display: 'см' } },
          { url: 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract', valueBoolean: true },
        ],
      }),
    ]),
    diagnosis(),
    plan('Режим, питьё, питание, посещение детского сада или школы, признаки для вызова врача'),
  ]);

const cardiologist = (): Template =>
  template('cardiologist', { ru: 'Протокол осмотра кардиолога', en: 'Cardiologist’s visit' }, [
    complaints('Боль за грудиной, одышка, перебои, отёки; связь с нагрузкой'),
    ...anamnesis({ ru: 'Анамнез', en: 'History' }, 'Когда началось, инфаркты и вмешательства, лечение и переносимость, факторы риска'),
    objective(vitals({ pressure: true, weight: true }), 'Набухание вен шеи, границы и тоны сердца, шумы, хрипы, печень, отёки, пульс на стопах', [
      choice('objective.angina', { ru: 'Стенокардия, ФК', en: 'Angina, CCS class' }, [
        ['none', 'Нет', 'None'],
        ['1', 'I ФК', 'Class I'],
        ['2', 'II ФК', 'Class II'],
        ['3', 'III ФК', 'Class III'],
        ['4', 'IV ФК', 'Class IV'],
      ]),
      choice('objective.nyha', { ru: 'ХСН, ФК по NYHA', en: 'Heart failure, NYHA class' }, [
        ['none', 'Нет', 'None'],
        ['1', 'I ФК', 'Class I'],
        ['2', 'II ФК', 'Class II'],
        ['3', 'III ФК', 'Class III'],
        ['4', 'IV ФК', 'Class IV'],
      ]),
      item('objective.ecg', 'text', { ru: 'ЭКГ', en: 'ECG' }),
    ]),
    diagnosis(),
    plan('Цели по давлению и ЛПНП, нагрузка, обследование, признаки для вызова 103'),
  ]);

const surgeon = (): Template =>
  template('surgeon', { ru: 'Протокол осмотра хирурга', en: 'Surgeon’s visit' }, [
    complaints('Боль, рана, отёк, образование: где и с какого времени'),
    ...anamnesis({ ru: 'Анамнез', en: 'History' }, 'Обстоятельства травмы, операции, прививка от столбняка, кроворазжижающие препараты', [
      choice('anamnesis.tetanus', { ru: 'Прививка от столбняка', en: 'Tetanus vaccination' }, [
        ['done', 'Есть, срок не истёк', 'Valid'],
        ['expired', 'Срок истёк', 'Expired'],
        ['unknown', 'Неизвестно', 'Unknown'],
      ]),
    ]),
    objective(vitals({ pressure: false, weight: false }), 'Общее состояние, живот, лимфоузлы', [
      item('objective.local', 'text', { ru: 'Местный статус (status localis)', en: 'Local status' }, { required: true }),
      choice('objective.side', { ru: 'Сторона', en: 'Side' }, [
        ['right', 'Справа', 'Right'],
        ['left', 'Слева', 'Left'],
        ['both', 'С обеих сторон', 'Both'],
      ]),
      item('objective.manipulation', 'text', { ru: 'Выполнено на приёме', en: 'Done at the visit' }),
    ]),
    diagnosis(),
    plan('Перевязки, снятие швов, ограничения, обследование'),
  ]);

const previsit = (): Template =>
  template('previsit', { ru: 'Доврачебный осмотр', en: 'Nurse’s pre-visit check' }, [
    complaints('Коротко, словами пациента', false),
    item('objective', 'group', { ru: 'Объективно', en: 'Findings' }, { item: [vitals({ pressure: false, weight: false })] }),
  ]);

/** The visit templates that ship: Questionnaires as data, to be edited in place. */
export function visitTemplates(): Template[] {
  return [previsit(), therapist(), paediatrician(), cardiologist(), surgeon()];
}
