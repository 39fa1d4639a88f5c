import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;
const apps = resolve(root, 'src/apps');
const server = process.env.KARTA_URL ?? 'http://127.0.0.1:8080';

/** The programs' `index.html` name only their script; what stands around it is the same for all. */
const onePage: Plugin = {
  name: 'karta-page',
  transformIndexHtml: {
    order: 'pre',
    handler: (program, { filename }) =>
      readFileSync(resolve(apps, 'page.html'), 'utf8')
        .replaceAll('<!--apps-->', relative(dirname(filename), apps) || '.')
        .replace('<!--program-->', program.trim()),
  },
};

/**
 * Two programs: staff at `/`, the patient's page at `/my`; beside them the page on which a person lets an app in. `KARTA_SCREENS` is the folder they are built into, `KARTA_GALLERY` adds the
 * gallery of components for the browser tests.
 */
export default defineConfig({
  root: apps,
  plugins: [onePage, react()],
  publicDir: false,
  appType: 'mpa',
  build: {
    outDir: resolve(root, process.env.KARTA_SCREENS ?? 'dist/web'),
    emptyOutDir: true,
    // Inlined data: URLs and module preload polyfills would need a weaker content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { staff: resolve(apps, 'index.html'), portal: resolve(apps, 'my/index.html'), consent: resolve(apps, 'oauth/index.html'), ...(process.env.KARTA_GALLERY ? { gallery: resolve(apps, 'gallery/index.html') } : {}) },
    },
  },
  server: { proxy: { '/api': server, '/fhir': server, '/oauth': server, '/.well-known': server } },
});
