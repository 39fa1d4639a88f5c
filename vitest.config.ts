import { defineConfig } from 'vitest/config';

/** What a test provokes on purpose is no news; KARTA_LOG=warn shows it. */
const env = { KARTA_LOG: process.env.KARTA_LOG ?? 'fatal' };
/** What is waited for comes when it comes: the deadline only ends what never comes, on a machine that does ten other things. */
const patient = { poll: { timeout: 20_000, interval: 20 } };
/** Property tests draw the same values each time. */
const setupFiles = ['test/property-seed.ts'];
const never = ['**/node_modules/**', '**/.karta/**'];

/** Pure tests, tests on a real PostgreSQL, and the browser tests, which `karta test` runs in that order. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['{src,seeds,test,bench,trials}/**/*.test.{ts,tsx}'], exclude: [...never, '**/*.db.test.ts'], setupFiles, testTimeout: 180_000, env } },
      { test: { name: 'db', include: ['{src,seeds,test}/**/*.db.test.ts'], exclude: never, setupFiles, globalSetup: ['test/harness-setup.ts'], expect: patient, testTimeout: 180_000, hookTimeout: 180_000, env } },
      { test: { name: 'e2e', include: ['test/e2e/**/*.e2e.ts'], exclude: never, globalSetup: ['test/harness-setup.ts'], expect: patient, testTimeout: 180_000, hookTimeout: 180_000, env } },
    ],
  },
});
