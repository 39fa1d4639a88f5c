import type { Extension, Questionnaire, QuestionnaireResponse } from '@medplum/fhirtypes';
import { describe, expect, test } from 'vitest';
import { calculate, populate } from './questionnaire.ts';
import { validateResource } from './validate.ts';

const expression = (name: string, text: string): Extension => ({ url: `http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-${name}`, valueExpression: { language: 'text/fhirpath', expression: text } });
const variable = (name: string, text: string): Extension => ({ url: 'http://hl7.org/fhir/StructureDefinition/variable', valueExpression: { name, language: 'text/fhirpath', expression: text } });

const vitals: Questionnaire = {
  resourceType: 'Questionnaire',
  status: 'active',
  url: 'urn:karta:form:vitals',
  version: '2',
  extension: [variable('weight', "%resource.item.where(linkId='weight').answer.value"), variable('height', "%resource.item.where(linkId='height').answer.value")],
  item: [
    { linkId: 'risk', type: 'choice', answerOption: [{ valueCoding: { system: 'urn:r', code: 'high', display: 'высокий' } }, { valueCoding: { system: 'urn:r', code: 'low', display: 'низкий' } }], extension: [expression('calculatedExpression', "iif(%resource.item.where(linkId='bmi').answer.value > 25, 'high', 'low')")] },
    { linkId: 'weight', type: 'decimal' },
    { linkId: 'bmi', text: 'ИМТ', type: 'decimal', extension: [expression('calculatedExpression', '(%weight / (%height / 100).power(2)).round(1)')] },
    { linkId: 'height', type: 'decimal' },
    { linkId: 'born', type: 'date', extension: [expression('initialExpression', '%patient.birthDate')] },
    { linkId: 'smokes', type: 'boolean', initial: [{ valueBoolean: false }] },
    { linkId: 'pressure', type: 'group', item: [{ linkId: 'pulse-pressure', type: 'quantity', extension: [expression('calculatedExpression', "50 'mm[Hg]'")] }] },
  ],
};

const answers = (weight: number | undefined, height: number): QuestionnaireResponse => ({
  resourceType: 'QuestionnaireResponse',
  status: 'in-progress',
  item: [...(weight === undefined ? [] : [{ linkId: 'weight', answer: [{ valueDecimal: weight }] }]), { linkId: 'height', answer: [{ valueDecimal: height }] }],
});

const answer = (response: QuestionnaireResponse, linkId: string) => response.item?.find((item) => item.linkId === linkId)?.answer;

describe('calculated fields', () => {
  test('follow the answers, also one that depends on another, and stand in the order of the questions', () => {
    const given = answers(81, 180);
    const before = structuredClone(given);
    const { response, issues } = calculate(vitals, given);
    expect(issues).toEqual([]);
    expect(answer(response, 'bmi')).toEqual([{ valueDecimal: 25 }]);
    expect(answer(response, 'risk')).toEqual([{ valueCoding: { system: 'urn:r', code: 'low', display: 'низкий' } }]);
    expect(answer(calculate(vitals, answers(90, 180)).response, 'risk')).toMatchObject([{ valueCoding: { code: 'high' } }]);
    expect(response.item!.map(({ linkId }) => linkId)).toEqual(['risk', 'weight', 'bmi', 'height', 'pressure']);
    expect(response.item!.at(-1)!.item![0]!.answer).toEqual([{ valueQuantity: { value: 50, unit: 'mm[Hg]', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' } }]);
    expect(validateResource(response)).toEqual([]);
    expect(given).toEqual(before);
  });

  test('go away with the answer they were made of', () => {
    const { response } = calculate(vitals, answers(81, 180));
    const without = { ...response, item: response.item!.filter(({ linkId }) => linkId !== 'weight') };
    expect(answer(calculate(vitals, without).response, 'bmi')).toBeUndefined();
  });

  test('a wrong expression is told and stops no other', () => {
    const broken: Questionnaire = { ...vitals, item: [{ linkId: 'x', type: 'integer', extension: [expression('calculatedExpression', '1 +')] }, { linkId: 'y', type: 'integer', extension: [expression('calculatedExpression', '1.5')] }, ...vitals.item!] };
    const { response, issues } = calculate(broken, answers(81, 180));
    expect(issues.map(({ code, expression: where }) => `${code} ${where}`)).toEqual(["exception Questionnaire.item.where(linkId='x')", "value Questionnaire.item.where(linkId='y')"]);
    expect(answer(response, 'bmi')).toEqual([{ valueDecimal: 25 }]);
  });

  test('each turn of a repeating group counts for itself', () => {
    const lines: Questionnaire = {
      resourceType: 'Questionnaire',
      status: 'active',
      item: [{ linkId: 'line', type: 'group', repeats: true, item: [{ linkId: 'n', type: 'integer' }, { linkId: 'twice', type: 'integer', extension: [expression('calculatedExpression', '%n * 2')] }], extension: [variable('n', "%context.item.where(linkId='n').answer.value")] }],
    };
    const line = (value: number) => ({ linkId: 'line', item: [{ linkId: 'n', answer: [{ valueInteger: value }] }] });
    const { response } = calculate(lines, { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: [line(3), line(5)] });
    expect(response.item!.map((item) => item.item![1]!.answer)).toEqual([[{ valueInteger: 6 }], [{ valueInteger: 10 }]]);
  });
});

describe('a new form', () => {
  test('is filled with what is fixed and what is known', () => {
    const { response, issues } = populate(vitals, { patient: { resourceType: 'Patient', birthDate: '1959-03-14' } });
    expect(issues).toEqual([]);
    expect(response).toMatchObject({ questionnaire: 'urn:karta:form:vitals|2', status: 'in-progress' });
    expect(answer(response, 'born')).toEqual([{ valueDate: '1959-03-14' }]);
    expect(answer(response, 'smokes')).toEqual([{ valueBoolean: false }]);
    expect(validateResource(response)).toEqual([]);
  });

  test('stays empty where nothing is known', () => {
    expect(populate({ resourceType: 'Questionnaire', status: 'active', item: [{ linkId: 'a', type: 'string' }] }).response).toEqual({ resourceType: 'QuestionnaireResponse', status: 'in-progress' });
  });
});
