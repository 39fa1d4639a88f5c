import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId, shardInId, shardOf, uuidv7 } from './id.ts';

test('the shard of a compartment never changes: its vectors', () => {
  expect(shardOf('demo-ivanova')).toBe(24476);
  expect(shardOf('')).toBe(0xe3b0);
  expect(shardOf('9f3a-0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b')).toBe(0x9f3a);
});

test('an id of ours carries its shard, whoever it belongs to', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 2 ** 47 }), (shard, now) => {
      const id = newId(shard, now);
      expect(id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
      expect(shardInId(id)).toBe(shard);
      expect(shardOf(id)).toBe(shard);
    }),
  );
  const own = newId();
  expect(shardOf(own)).toBe(shardOf(own.slice(5)));
});

test('later ids sort after earlier ones', () => {
  expect(uuidv7(1_000) < uuidv7(2_000)).toBe(true);
});
