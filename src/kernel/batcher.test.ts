import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Batcher } from './batcher.ts';

test('everybody gets his own answer, however the work is cut into batches', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 }), async (pauses, flights, largest) => {
    let most = 0;
    let now = 0;
    const batcher = new Batcher<number, string>(async (items) => {
      most = Math.max(most, ++now);
      expect(items.length).toBeLessThanOrEqual(largest);
      for (let turn = 0; turn < items.length % 4; turn++) await new Promise((resolve) => setImmediate(resolve));
      now--;
      return items.map((item) => `${item}`);
    }, { flights, largest });
    const answers: Promise<string>[] = [];
    for (const [index, pause] of pauses.entries()) {
      answers.push(batcher.do(index));
      for (let turn = 0; turn < pause; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await Promise.all(answers)).toEqual(pauses.map((_, index) => `${index}`));
    expect(most).toBeLessThanOrEqual(flights);
  }), { numRuns: 60 });
});

test('what comes in one turn goes in one batch, what comes meanwhile in the next', async () => {
  const sizes: number[] = [];
  const batcher = new Batcher<number, number>(async (items) => {
    sizes.push(items.length);
    await sleep(5);
    return items;
  }, { flights: 1, largest: 100 });
  const first = [batcher.do(1), batcher.do(2), batcher.do(3)];
  await new Promise((resolve) => setImmediate(resolve));
  const second = [batcher.do(4), batcher.do(5)];
  await Promise.all([...first, ...second]);
  expect(sizes).toEqual([3, 2]);
});

test('a failure reaches all of its batch and nobody else, and an empty batcher is drained at once', async () => {
  const batcher = new Batcher<number, number>(async (items) => {
    if (items.includes(0)) throw new Error('refused');
    return items;
  }, { flights: 1, largest: 2 });
  await batcher.drain();
  const answers = await Promise.allSettled([batcher.do(0), batcher.do(1), batcher.do(2)]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  await batcher.drain();
});
