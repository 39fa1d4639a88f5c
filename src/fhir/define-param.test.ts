import type { SearchParameter } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import { defineParam } from './define-param.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { model } from './model.ts';

function definition(more: Partial<SearchParameter>): SearchParameter {
  return { resourceType: 'SearchParameter', url: 'http://clinic.example/SearchParameter/x', name: 'X', status: 'active', description: 'x', code: 'x', base: ['Patient'], type: 'string', ...more };
}
const issuesOf = (more: Partial<SearchParameter>) => defineParam(definition(more)).issues.map(({ diagnostics }) => diagnostics);

describe('a definition of one’s own', () => {
  it('is compiled for each of its bases', () => {
    const { params, issues } = defineParam(definition({ code: 'made', type: 'date', base: ['Condition', 'Observation'], expression: 'Condition.onset.as(dateTime) | Observation.issued' }));
    expect(issues).toEqual([]);
    expect(Object.entries(params).map(([type, { expression }]) => [type, expression])).toEqual([['Condition', 'Condition.onset.as(dateTime)'], ['Observation', 'Observation.issued']]);
  });

  it.each([
    ['Patient.name.lower()', 'the function “lower()” lies outside the part of FHIRPath that search parameters are compiled from; at character 14: “Patient.name.▸lower()”'],
    ['Patient.nmae.family', 'Patient has no element “nmae”; at character 9: “Patient.▸nmae.family”'],
    ['Patient.name.where(use = ', 'a path is expected; at character 25'],
    ['Patient.name.family + 1', 'the operator “+” lies outside the part of FHIRPath that search parameters are compiled from; at character 21'],
    ['Observation.code', 'no part of “Observation.code” begins with Patient'],
    ['Patient.contact', 'leads to Patient.contact, which a parameter of type “string” cannot read'],
    ['Patient.name.where(%context = 1)', '“%context” lies outside'],
  ])('%s is refused at its place', (expression, said) => {
    expect(issuesOf({ expression }).join()).toContain(said);
  });

  it.each<[string, Partial<SearchParameter>, string]>([
    ['a parameter of the standard', { code: 'birthdate', type: 'date', expression: 'Patient.birthDate' }, 'SearchParameter.code: Patient has a parameter “birthdate” of the standard'],
    ['whose record it is', { code: 'subject', base: ['Basic'], type: 'reference', expression: 'Basic.author' }, 'decides whose record'],
    ['a kind that has no meaning', { type: 'special', expression: 'Patient.name' }, 'SearchParameter.type'],
    ['an unknown base', { base: ['Pacient' as never], expression: 'Patient.name' }, 'SearchParameter.base[0]: there is no resource type “Pacient”'],
    ['an unknown target', { type: 'reference', target: ['Doctor' as never], expression: 'Patient.link.other' }, 'SearchParameter.target[0]'],
    ['a modifier of another kind', { type: 'date', modifier: ['exact'], expression: 'Patient.deceased.as(dateTime)' }, 'SearchParameter.modifier[0]'],
    ['no expression', {}, 'SearchParameter.expression: an expression is needed'],
    ['a composite of one', { type: 'composite', base: ['Observation'], expression: 'Observation', component: [{ definition: 'http://hl7.org/fhir/SearchParameter/clinical-code', expression: 'code' }] }, 'SearchParameter.component'],
    ['a composite of what is not there', { type: 'composite', base: ['Observation'], expression: 'Observation', component: [{ definition: 'http://x', expression: 'code' }, { definition: 'http://y', expression: 'value' }] }, 'SearchParameter.component[0].definition'],
  ])('%s is refused by its element', (_, more, said) => {
    expect(issuesOf(more).join()).toContain(said);
  });

  it('takes every definition that the standard itself makes, under another name', () => {
    const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
    let compiled = 0;
    const refused: string[] = [];
    for (const file of readdirSync(folder).filter((name) => name.startsWith('SearchParameter-'))) {
      const official = JSON.parse(readFileSync(join(folder, file), 'utf8')) as SearchParameter;
      const known = official.base?.map((base) => model().search[base]?.find(({ url }) => url === official.url)).find(Boolean);
      if (!known || official.type === 'special' || /example/.test(file)) continue;
      const { issues } = defineParam({ ...official, code: `own-${official.code}`.replace(/_/g, '').slice(0, 64), expression: official.expression!.replace('ofType(DateTime)', 'ofType(dateTime)') });
      if (issues.length === 0) compiled++;
      else refused.push(`${official.id}: ${issues[0]!.diagnostics}`);
    }
    // R4 names the two components of this one in the other order than it writes their expressions
    expect(refused.map((text) => text.split(':')[0])).toEqual(['DocumentReference-relationship']);
    expect(compiled).toBeGreaterThan(1300);
  });
});
