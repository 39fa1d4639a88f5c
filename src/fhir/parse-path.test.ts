import { describe, expect, test } from 'vitest';
import { narrowExpression, parsePath, PathRefusal } from './parse-path.ts';
import { collect, compilePath } from './path.ts';

const run = (expression: string, resource: { resourceType: string } & Record<string, unknown>) => collect(compilePath(expression, resource.resourceType), resource);

describe('paths as search parameters write them', () => {
  const patient = {
    resourceType: 'Patient',
    name: [{ use: 'official', given: ['А', 'Б'] }, { given: ['В'] }],
    extension: [{ url: 'urn:karta:district', valueString: '7' }, { url: 'urn:other', valueString: '8' }],
    managingOrganization: { reference: 'Organization/1' },
    deceasedBoolean: true,
  };
  test.each([
    ['Patient.name.given', ['А', 'Б', 'В']],
    ["Patient.name.where(use = 'official').given", ['А', 'Б']],
    ["Patient.name.where(use != 'official').given", []],
    ['Patient.name.where(use.exists()).given', ['А', 'Б']],
    ['Patient.name.where(use.exists().not()).given', ['В']],
    ['Patient.name[1].given', ['В']],
    ['Patient.name.given.first()', ['А', 'В']],
    ['Patient.birthDate | Patient.name[0].use', ['official']],
    ["Patient.extension('urn:karta:district').value", ['7']],
    ["Patient.extension.where(url='urn:other' or url='urn:karta:district').value.ofType(string)", ['7', '8']],
    ['(Patient.deceased as boolean)', [true]],
    ['Patient.deceased.as(dateTime)', []],
    ['Patient.managingOrganization.where(resolve() is Organization).reference', ['Organization/1']],
    ['Patient.managingOrganization.where(resolve() is Patient).reference', []],
    ['Patient.name.exists()', [true, true]],
  ])('%s', (expression, expected) => {
    expect(run(expression, patient)).toEqual(expected);
  });

  test.each(['Patient.name +', 'Patient.(', "Patient.name.where(use ~ 'x')", 'Patient.name.select(given)', 'Patient.nmae', 'Patient.name given'])('%s is refused when it is compiled', (expression) => {
    expect(() => compilePath(expression, 'Patient')).toThrow(PathRefusal);
  });

  test('an expression for many types is narrowed to one', () => {
    expect(narrowExpression('Patient.name | (Person.name) | Practitioner.name', ['Person'])).toBe('(Person.name)');
    expect(narrowExpression("A.b.where(c | d = 'x|y') | B.c", ['A'])).toBe("A.b.where(c | d = 'x|y')");
    expect(narrowExpression('A.b', ['B'])).toBeUndefined();
  });

  test('and binds closer than or, a union closest', () => {
    expect(parsePath('a or b and c')).toMatchObject({ operator: 'or', right: { operator: 'and' } });
    expect(parsePath('a | b = 1')).toMatchObject({ operator: '=', left: { kind: 'union' } });
  });
});
