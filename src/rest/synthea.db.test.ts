import type { Bundle } from '@medplum/fhirtypes';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openFhirApi } from '../../test/fhir-api.ts';
import { freshDatabase } from '../../test/harness.ts';

const folder = join(resolve(import.meta.dirname, '../..', process.env.KARTA_REFERENCE ?? '../shared/data'), 'synthea');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json.gz')) : [];

describe.runIf(files.length > 0)('the Synthea bundles over HTTP', () => {
  it('become exactly as many resources of each type as they hold', { timeout: 300_000 }, async () => {
    const { send } = await openFhirApi(await freshDatabase());
    const expected = new Map<string, number>();
    for (const file of files) {
      const text = gunzipSync(readFileSync(join(folder, file))).toString('utf8');
      const answer = await send('POST', '/', text);
      expect(answer.statusCode, `${file}: ${answer.body.slice(0, 500)}`).toBe(200);
      const bundle = JSON.parse(text) as Bundle;
      expect(answer.json<Bundle>().entry).toHaveLength(bundle.entry!.length);
      for (const { resource } of bundle.entry!) expected.set(resource!.resourceType, (expected.get(resource!.resourceType) ?? 0) + 1);
    }
    const counted = new Map<string, number>();
    for (const type of expected.keys()) counted.set(type, (await send('GET', `/${type}?_summary=count`)).json<Bundle>().total!);
    expect(counted).toEqual(expected);
  });
});
