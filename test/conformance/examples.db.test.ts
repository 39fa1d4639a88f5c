import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readXml } from '../../src/fhir/xml/index.ts';
import { openAccess, openFhirApi } from '../fhir-api.ts';
import { freshDatabase } from '../harness.ts';
import { asWritten, lookupsOf } from './find-by-values.ts';
import { invalidExamples } from './invalid-examples.ts';
import { sampledExamples } from './official-examples.ts';

const api = await openFhirApi(await freshDatabase(), { zone: 'UTC' });
api.caller.access = { ...openAccess, danglingReferences: 'allow' };
const seed = fc.readConfigureGlobal().seed ?? 0;
/** Each twentieth of the small ones, turned on by the seed; all of them in `npm run trial -- examples`. */
const examples = sampledExamples(seed).filter(({ text }, index) => text.length < 60_000 && index % 20 === Math.abs(seed) % 20);
const xml = 'application/fhir+xml';

describe('an official example', () => {
  test('goes in, comes out equal as JSON and through XML and back, and is found by each of its values', { timeout: 120_000 }, async () => {
    let searches = 0;
    expect(examples.length).toBeGreaterThan(25);
    for (const { file, text } of examples) {
      const resource = JSON.parse(text) as { resourceType: string; id: string };
      const address = `/${resource.resourceType}/${resource.id}`;
      const put = await api.send('PUT', address, text);
      if (file in invalidExamples) {
        expect([400, 422], file).toContain(put.statusCode);
        continue;
      }
      expect([200, 201], `${file}: ${put.body.slice(0, 500)}`).toContain(put.statusCode);
      expect(asWritten((await api.send('GET', address)).body), file).toEqual(asWritten(text));
      const asXml = await api.send('GET', address, undefined, { accept: xml });
      expect(asXml.headers['content-type']).toContain(xml);
      expect(asWritten(readXml(asXml.body)), file).toEqual(asWritten(text));
      expect((await api.send('PUT', address, asXml.body, { 'content-type': xml })).statusCode, file).toBe(200);
      expect(asWritten((await api.send('GET', address)).body), file).toEqual(asWritten(text));
      for (const { type, query, id } of lookupsOf(resource).slice(0, 25)) {
        const answer = await api.send('GET', `/${type}?${query}&_count=1000&_elements=id`);
        const found = (answer.json<{ entry?: { resource: { id: string } }[] }>().entry ?? []).map((entry) => entry.resource.id);
        expect(found, `${file}: ${decodeURIComponent(query)}: ${answer.statusCode}`).toContain(id);
        searches++;
      }
    }
    expect(searches).toBeGreaterThan(250);
  });
});
