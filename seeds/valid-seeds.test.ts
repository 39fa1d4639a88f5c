import { describe, expect, test } from 'vitest';
import { kartaProfileOf, kartaRegistry, validateResource } from '../src/fhir/index.ts';
import { manyVisits } from './builders.ts';
import { demoRegion, demoTemplates } from './region/index.ts';

const now = new Date('2026-11-21T06:21:00Z');

describe('what the seeds hold is valid FHIR R4', () => {
  test.each([
    ['the demo region', () => demoRegion({ now, zone: 'Europe/Moscow' })],
    ['the visit templates', () => demoTemplates()],
    ['a person with many visits', () => manyVisits('many-1', 50, now)],
  ])('%s', (_, resources) => {
    const faults = resources().flatMap((resource) => validateResource(resource).filter((issue) => issue.severity === 'error').map((issue) => `${resource.resourceType}/${resource.id} ${issue.expression}: ${issue.diagnostics}`));
    expect(faults).toEqual([]);
  });

  test('and follows Karta’s profiles where there is one for its type', () => {
    const checked = new Map<string, number>();
    for (const resource of [...demoRegion({ now, zone: 'Europe/Moscow' }), ...manyVisits('many-1', 50, now)]) {
      const url = kartaProfileOf(resource.resourceType);
      // originals and signed documents are made when the region starts: they are checked where they are prepared
      if (url === undefined || resource.resourceType === 'DocumentReference') continue;
      const faults = validateResource(resource, { registry: kartaRegistry, profiles: [url] }).map(({ expression, diagnostics }) => `${resource.id} ${expression}: ${diagnostics}`);
      expect(faults).toEqual([]);
      checked.set(resource.resourceType, (checked.get(resource.resourceType) ?? 0) + 1);
    }
    expect([...checked.keys()].toSorted()).toEqual(['Encounter', 'Organization', 'Patient', 'Practitioner', 'PractitionerRole']);
  });
});
