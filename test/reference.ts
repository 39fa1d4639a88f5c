import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bundle } from '@medplum/fhirtypes';
import type { TestContext } from 'vitest';

/** A folder of the reference data; where it is absent the test is left out with a line that says so. */
export function referenceFolder(context: TestContext, name: string): string {
  const folder = join(process.env.KARTA_REFERENCE ?? join(import.meta.dirname, '../../shared/data'), name);
  if (!existsSync(folder)) context.skip(`no reference data in ${folder}; KARTA_REFERENCE names another place`);
  return folder;
}

/** All Bundles of a folder, gzipped or not. */
export function bundlesIn(folder: string): Bundle[] {
  return readdirSync(folder)
    .filter((file) => /\.json(\.gz)?$/.test(file))
    .map((file) => {
      const bytes = readFileSync(join(folder, file));
      return JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as Bundle;
    });
}
