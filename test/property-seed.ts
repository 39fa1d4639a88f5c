import fc from 'fast-check';

/**
 * Property tests repeat themselves: `npm test` draws the same values each time, so that a red run is the change's fault and not the
 * dice's. `npm run trial -- properties` throws new dice, by these two variables.
 */
const seed = wholeNumber('KARTA_TEST_SEED', 20_261_122);
const runs = wholeNumber('KARTA_TEST_RUNS', 100);

fc.configureGlobal({
  seed,
  numRuns: runs,
  reporter: (details) => {
    if (!details.failed) return;
    throw new Error(`${fc.defaultReportMessage(details) ?? ''}\nRepeat with KARTA_TEST_SEED=${seed}${runs === 100 ? '' : ` KARTA_TEST_RUNS=${runs}`}`, { cause: details.errorInstance });
  },
});

function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return otherwise;
  if (!/^-?\d{1,10}$/.test(text)) throw new Error(`${name} is a whole number, not ${text}`);
  return Number(text);
}
