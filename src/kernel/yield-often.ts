import { setImmediate } from 'node:timers/promises';

/** Long work in one request lets the others run: call it in a loop, it gives way each so many milliseconds. */
export function yieldOften(sliceMilliseconds = 8): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < sliceMilliseconds) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
