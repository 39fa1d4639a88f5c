import { beforeAll, expect, it } from 'vitest';
import { loadFhir } from '../../fhir/index.ts';
import { scopeLines } from './scope-words.ts';

beforeAll(() => loadFhir());

const said = (scopes: string) => scopeLines(scopes.split(' '), 'ru').map(({ text, changes }) => `${changes ? '! ' : ''}${text}`);

it('says in plain words what an app may see, add and change, and for how long', () => {
  expect(said('openid fhirUser launch/patient patient/Observation.rs patient/DiagnosticReport.r patient/AllergyIntolerance.rs offline_access')).toEqual([
    'Видеть в карте пациента: анализы и измерения, аллергии', 'Узнать, кто вы: имя и роль', 'Работать и без вас: до 90 дней после последнего обращения',
  ]);
  expect(said('patient/*.rs patient/Observation.c')).toEqual(['Видеть в карте пациента: всё, что видите вы сами', '! Добавлять в карту пациента: анализы и измерения']);
  expect(said('user/Condition.cruds online_access')).toEqual(['Видеть от вашего имени: диагнозы и наблюдение', '! Записывать и менять от вашего имени: диагнозы и наблюдение', 'Работать, пока вы не вышли из Карты']);
  expect(said('user/Basic.u')).toEqual(['! Записывать и менять от вашего имени: Basic']);
});

it('does not say less than it allows: a part is a part only where nothing opens the whole', () => {
  expect(said('patient/Observation.rs?category=laboratory')).toEqual(['Видеть в карте пациента: анализы и измерения (не всё, а только отобранное)']);
  expect(said('patient/Observation.rs?category=laboratory patient/Observation.rs')).toEqual(['Видеть в карте пациента: анализы и измерения']);
});
