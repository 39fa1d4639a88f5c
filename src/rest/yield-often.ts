import { setImmediate } from 'node:timers/promises';

const sliceMilliseconds = 8;

/** Long work in one request lets the others run: call it in a loop, it gives way each 8 ms. */
export function yieldOften(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < sliceMilliseconds) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
