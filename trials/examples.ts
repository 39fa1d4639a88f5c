import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { connect } from '../src/db/database.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { readXml } from '../src/fhir/xml/index.ts';
import { asWritten, lookupsOf, type Lookup } from '../test/conformance/find-by-values.ts';
import { invalidExamples } from '../test/conformance/invalid-examples.ts';
import { officialExamples } from '../test/conformance/official-examples.ts';
import { HttpPerson } from '../test/robustness/http-person.ts';
import { openRegion } from '../test/robustness/region.ts';
import { inParallel } from '../test/robustness/send-raw.ts';
import { runTrial } from './trial.ts';

/** The API takes a body of 16 MB at most; import streams. */
const largest = 16 * 1024 * 1024;

/**
 * All official examples over HTTP by a client that may refer to what is not there: they go in, come out equal as JSON and as XML, and
 * are found by each of their values, until the time is over.
 */
await runTrial('examples', async (trial) => {
  const folder = mkdtempSync(join(tmpdir(), 'karta-trial-'));
  chmodSync(folder, 0o711);
  const embedded = await startEmbedded({ data: folder, settings: { fsync: 'off', synchronous_commit: 'off', logging_collector: 'off' } });
  const database = await connect(embedded.url);
  await migrate(database);
  const { url, close } = await openRegion(database, { zone: 'UTC' });
  try {
    let loader = await HttpPerson.system(url, 'demo-loader');
    const lookups: Lookup[] = [];
    const written = new Set<string>();
    await inParallel([...officialExamples()], async ({ file, text }) => {
      const resource = JSON.parse(text) as { resourceType: string; id: string };
      const address = `/fhir/R4/${resource.resourceType}/${resource.id}`;
      const put = await loader.send('PUT', address, { body: text });
      if (Buffer.byteLength(text) > largest ? put.status === 413 : file in invalidExamples ? put.status === 422 || put.status === 400 : false) {
        trial.count('examples refused as the list says');
        return;
      }
      if (put.status !== 201 && !(put.status === 200 && written.has(address))) {
        trial.flaw(`${file}: ${put.status} ${put.text.slice(0, 600)}`);
        return;
      }
      written.add(address);
      trial.count('examples written');
      const json = await loader.send('GET', address);
      if (!isDeepStrictEqual(asWritten(json.text), asWritten(text))) trial.flaw(`${file} came back otherwise as JSON`);
      const xml = await loader.send('GET', address, { headers: { accept: 'application/fhir+xml' } });
      if (!xml.headers.get('content-type')?.includes('xml') || !isDeepStrictEqual(asWritten(readXml(xml.text)), asWritten(text))) trial.flaw(`${file} came back otherwise as XML`);
      const again = await loader.send('PUT', address, { body: xml.text, headers: { 'content-type': 'application/fhir+xml' } });
      const last = await loader.send('GET', address);
      if (again.status !== 200 || !isDeepStrictEqual(asWritten(last.text), asWritten(text))) trial.flaw(`${file} written as XML: ${again.status} ${again.text.slice(0, 300)}`);
      for (const lookup of lookupsOf(resource)) {
        // a Subscription that is asked for becomes active, or an error, as soon as the server has looked at it
        if (resource.resourceType !== 'Subscription' || !lookup.query.startsWith('status=')) lookups.push(lookup);
      }
    }, 4);
    // the same question about several examples is asked once
    const asked = Map.groupBy(lookups, ({ type, query }) => `${type}?${query}`);
    const order = [...asked].map(([query, list]) => ({ query, ids: new Set(list.map(({ id }) => id)), at: trial.chance() })).toSorted((a, b) => a.at - b.at);
    console.log(`  ${lookups.length} values, ${order.length} searches`);
    await inParallel(order, async ({ query, ids }) => {
      if (!trial.goesOn()) return;
      const missing = new Set(ids);
      let path: string | undefined = `/fhir/R4/${query}&_count=1000&_elements=id`;
      while (path !== undefined && missing.size > 0) {
        let answer = await loader.send('GET', path);
        if (answer.status === 401) {
          // the search goes on for longer than a token
          loader = await HttpPerson.system(url, 'demo-loader');
          answer = await loader.send('GET', path);
        }
        if (answer.status !== 200) {
          trial.flaw(`${decodeURIComponent(query)}: ${answer.status} ${answer.text.slice(0, 300)}`);
          return;
        }
        const bundle = answer.json<{ entry?: { resource: { id: string } }[]; link: { relation: string; url: string }[] }>();
        for (const { resource } of bundle.entry ?? []) missing.delete(resource.id);
        path = bundle.link.find(({ relation }) => relation === 'next')?.url.slice(url.length);
      }
      trial.count('searches');
      if (missing.size > 0) trial.flaw(`${decodeURIComponent(query)} does not find ${[...missing].slice(0, 5).join(' ')} (${missing.size} of ${ids.size})`);
    }, 4);
  } finally {
    await close();
    await database.end();
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
