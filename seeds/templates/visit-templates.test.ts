import { createRequire } from 'node:module';
import fhirpath from 'fhirpath';
import { describe, expect, test } from 'vitest';
import type { TemplateItem } from './items.ts';
import { bmiExpression } from './sections.ts';
import { templateIds, visitTemplates } from './visit-templates.ts';

// The model comes without types.
const r4 = createRequire(import.meta.url)('fhirpath/fhir-context/r4') as object;

const all = (items: TemplateItem[] = []): TemplateItem[] => items.flatMap((item) => [item, ...all(item.item)]);
const links = (items: TemplateItem[] = []) => items.map((item) => item.linkId);
const vitalLinks = ['vitals.systolic', 'vitals.diastolic', 'vitals.pulse', 'vitals.temperature', 'vitals.weight', 'vitals.height', 'vitals.spo2', 'vitals.breathing', 'vitals.bmi'];

describe('visit templates', () => {
  test('every doctor’s template has the same sections in the same order, and the same vitals as the nurse’s', () => {
    for (const template of visitTemplates()) {
      const top = links(template.item);
      const sections = template.id === templateIds.previsit ? ['complaints', 'objective'] : ['complaints', 'anamnesis', 'objective', 'diagnosis', 'plan'];
      expect(top.filter((link) => !link.includes('.'))).toEqual(sections);
      expect(links(all(template.item)).filter((link) => link.startsWith('vitals.'))).toEqual(vitalLinks);
      expect(new Set(links(all(template.item))).size).toBe(all(template.item).length);
    }
  });

  test('every text has its English words; groups have items, displays and groups no answers (que-1, que-8)', () => {
    for (const item of visitTemplates().flatMap((t) => all(t.item))) {
      expect(item.text, item.linkId).toMatch(/[А-Яа-яA-Z]/);
      expect(JSON.stringify(item._text)).toContain('"en"');
      expect(item.type === 'group', item.linkId).toBe((item.item?.length ?? 0) > 0);
    }
  });

  test('what becomes an Observation carries LOINC and a UCUM unit', () => {
    const measured = visitTemplates().flatMap((t) => all(t.item)).filter((item) => JSON.stringify(item.extension ?? []).includes('observationExtract'));
    expect(measured.length).toBeGreaterThan(40);
    for (const item of measured) {
      expect(item.code?.[0]?.system).toBe('http://loinc.org');
      expect(JSON.stringify(item.extension)).toContain('http://unitsofmeasure.org');
    }
  });

  test('the body mass index follows weight and height, and stays empty until both are known', () => {
    const response = (weight?: number, height?: number) => ({
      resourceType: 'QuestionnaireResponse',
      item: [{ linkId: 'objective', item: [{ linkId: 'vitals', item: [
        { linkId: 'vitals.weight', ...(weight === undefined ? {} : { answer: [{ valueDecimal: weight }] }) },
        { linkId: 'vitals.height', ...(height === undefined ? {} : { answer: [{ valueDecimal: height }] }) },
      ] }] }],
    });
    const bmi = (resource: object) => fhirpath.evaluate(resource, bmiExpression, { resource }, r4 as never);
    expect(bmi(response(81, 164))).toEqual([30.1]);
    expect(bmi(response(81))).toEqual([]);
  });
});
