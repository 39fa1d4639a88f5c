import { describe, expect, test } from 'vitest';
import type { QuestionnaireItem } from '@medplum/fhirtypes';
import { wroteVerb } from './answers.ts';
import { isEnabled } from './enabled-items.ts';
import { commonWords, labelOf, rowsOf, sectionsOf } from './read-items.ts';

const unit = (code: string, display: string) => ({ url: 'http://hl7.org/fhir/StructureDefinition/questionnaire-unit', valueCoding: { code, display } });
const pressure: QuestionnaireItem[] = [
  { linkId: 's', type: 'integer', text: 'АД систолическое', extension: [unit('mm[Hg]', 'мм рт. ст.')] },
  { linkId: 'd', type: 'integer', text: 'АД диастолическое', extension: [unit('mm[Hg]', 'мм рт. ст.')] },
];

describe('a questionnaire reads as a document', () => {
  test('items on top are sections, those named after one belong to it, groups are opened up', () => {
    const sections = sectionsOf({
      resourceType: 'Questionnaire',
      status: 'active',
      item: [
        { linkId: 'anamnesis', type: 'text', text: 'Анамнез' },
        { linkId: 'anamnesis.feeding', type: 'choice', text: 'Вскармливание' },
        { linkId: 'objective', type: 'group', text: 'Объективно', item: [{ linkId: 'vitals', type: 'group', item: pressure }, { linkId: 'objective.text', type: 'text' }] },
      ],
    });
    expect(sections.map((section) => [section.linkId, section.items.map((item) => item.linkId)])).toEqual([
      ['anamnesis', ['anamnesis', 'anamnesis.feeding']],
      ['objective', ['s', 'd', 'objective.text']],
    ]);
  });

  test('pressure is said as one', () => {
    const rows = rowsOf([...pressure, { linkId: 'p', type: 'integer', text: 'Пульс', extension: [unit('/min', 'уд/мин')] }, { linkId: 't', type: 'text' }]);
    expect(rows).toMatchObject([{ kind: 'run', parts: [{ kind: 'pair' }, { kind: 'one' }] }, { kind: 'block' }]);
    expect(commonWords('АД систолическое', 'АД диастолическое')).toBe('АД');
    expect(commonWords('Systolic pressure', 'Diastolic pressure')).toBe('Pressure');
    expect(commonWords('Пульс', 'Вес')).toBe('');
  });

  test('a label is said in the language of the screen where it was translated', () => {
    const item = { linkId: 'a', type: 'text', text: 'Жалобы', _text: { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/translation', extension: [{ url: 'lang', valueCode: 'en' }, { url: 'content', valueString: 'Complaints' }] }] } } as QuestionnaireItem;
    expect(labelOf(item, 'en')).toBe('Complaints');
    expect(labelOf({ linkId: 'b', type: 'text', text: 'Жалобы' }, 'en')).toBe('Жалобы');
  });
});

describe('only what applies is asked', () => {
  const when = (enableWhen: QuestionnaireItem['enableWhen'], enableBehavior?: QuestionnaireItem['enableBehavior']): QuestionnaireItem => ({ linkId: 'x', type: 'string', enableWhen, ...(enableBehavior ? { enableBehavior } : {}) });

  test.each([
    [{ question: 'q', operator: '=', answerBoolean: true }, true, true],
    [{ question: 'q', operator: '=', answerBoolean: true }, undefined, false],
    [{ question: 'q', operator: 'exists', answerBoolean: false }, undefined, true],
    [{ question: 'q', operator: 'exists', answerBoolean: true }, '', false],
    [{ question: 'q', operator: '>', answerInteger: 140 }, 158, true],
    [{ question: 'q', operator: '<=', answerDecimal: 36.6 }, 36.6, true],
    [{ question: 'q', operator: '>', answerQuantity: { value: 80 } }, { value: 81, unit: 'кг' }, true],
    [{ question: 'q', operator: '=', answerCoding: { system: 's', code: 'a' } }, { system: 's', code: 'a' }, true],
    [{ question: 'q', operator: '!=', answerCoding: { system: 's', code: 'a' } }, { system: 's', code: 'b' }, true],
    [{ question: 'q', operator: '=', answerCoding: { system: 's', code: 'a' } }, [{ system: 's', code: 'b' }, { system: 's', code: 'a' }], true],
    [{ question: 'q', operator: '<', answerDate: '2026-01-01' }, '2025-12-31', true],
  ] as const)('%o with %o', (condition, value, asked) => {
    expect(isEnabled(when([condition as never]), { q: { value } })).toBe(asked);
  });

  test('all conditions, or any of them', () => {
    const both = [{ question: 'a', operator: '=' as const, answerInteger: 1 }, { question: 'b', operator: '=' as const, answerInteger: 1 }];
    expect(isEnabled(when(both, 'all'), { a: { value: 1 } })).toBe(false);
    expect(isEnabled(when(both, 'any'), { a: { value: 1 } })).toBe(true);
  });
});

test('who wrote it is said in the right gender, or without a verb', () => {
  expect(wroteVerb('Орлова Т. И.', true)).toBe('измерила');
  expect(wroteVerb('Громов И. С.', false)).toBe('записал');
  expect(wroteVerb('Мельник Т. Б.', true)).toBe('');
});
