import { describe, expect, test } from 'vitest';
import { validateResource } from '../src/fhir/index.ts';
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
});
