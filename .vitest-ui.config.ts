import { defineConfig } from 'vitest/config';
export default defineConfig({ root: '/work/wt/ui', test: { include: ['test/e2e/gallery.e2e.ts','test/e2e/sign-in.e2e.ts'], testTimeout: 60000, hookTimeout: 60000, maxWorkers: 1 } });
