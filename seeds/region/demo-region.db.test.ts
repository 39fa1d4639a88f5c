import { expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import type { Scope } from '../../src/store/types.ts';
import { freshDatabase } from '../../test/harness.ts';
import { demoRegion, demoTemplates } from './index.ts';

test('the whole region goes into the store in one transaction, with its ids and no reference to nothing', async () => {
  const database = await freshDatabase();
  const now = new Date('2026-11-21T06:21:00Z');
  const store = await openStore(database, { clock: { now: () => now }, zone: 'Europe/Moscow' });
  const scope: Scope = { access: { name: 'seed', rules: [{ types: 'all', patients: 'all', write: true }] }, actor: 'Device/seed', now };
  const resources = [...demoTemplates(), ...demoRegion({ now, zone: 'Europe/Moscow' })];
  const written = await store.write(scope, resources.map((resource) => ({ method: 'create', resource, keepId: true })), { danglingReferences: 'refuse' });
  expect(written).toHaveLength(resources.length);
  expect((await store.search(scope, 'Condition', 'patient=Patient/demo-ivanova&category=problem-list-item')).matches).toHaveLength(3);
  expect((await store.search(scope, 'Appointment', 'actor=PractitionerRole/demo-sokolova-therapist&date=2026-11-21&_count=50')).matches).toHaveLength(14);
  expect((await store.search(scope, 'Patient', 'identifier=urn:identity:snils:Patient|11223344595')).matches[0]!.id).toBe('demo-ivanova');
});
