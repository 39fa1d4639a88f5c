import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { program } from '../test/robustness/karta-process.ts';
import { round, type Ground, type Step } from './ground.ts';
import { at, load, requestBytes } from './http-load.ts';

/** What clinicians type: words whole and half, mistyped, short, codes in either alphabet. */
const typed = ['гипертоническая бол', 'гиперотния', 'ГБ', 'ИБС', 'ибс стенокардия', 'ОРВИ', 'СД 2', 'ХОБЛ', 'пневмания', 'острый тонзилит', 'головная боль', 'ujkjdyfz ,jkm', 'и11.9', 'I11', 'K29', 'гол бол', 'железодефицитная анемия', 'артроз колена'];

const passport = join(process.env.KARTA_REFERENCE ?? join(import.meta.dirname, '../../shared/data'), 'nsi/1.2.643.5.1.13.13.11.1005_2.24_passport.json.gz');

/**
 * `$expand` of МКБ-10 by what is typed, over HTTP, one after the other: the median. The whole dictionary where it is at hand, else the
 * compact list that ships; the limit is the same HTTP server answering a constant.
 */
async function expandIcd10({ karta, data, system, constant }: Ground) {
  if (existsSync(passport)) {
    const child = spawn(process.execPath, [program, 'import-dictionary', passport], { env: { ...process.env, KARTA_DATA: data, KARTA_LOG: 'fatal' }, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`karta import-dictionary ended with ${code}`);
  }
  const requests = typed.map((filter) => requestBytes(karta.url, 'GET', `/fhir/R4/ValueSet/$expand?url=${encodeURIComponent('urn:oid:1.2.643.5.1.13.13.11.1005?fhir_vs')}&count=10&filter=${encodeURIComponent(filter)}`, system.credentials));
  const request = (index: number): Buffer => requests[index % requests.length]!;
  await load(karta.url, 1, { times: 200 }, request);
  const { spent } = await load(karta.url, 1, { times: 400 }, request);
  const fixed = requestBytes(constant, 'GET', '/', system.credentials);
  const bare = await load(constant, 1, { times: 400 }, () => fixed);
  return { value: round(at(spent, 0.5)), unit: 'ms', limit: round(at(bare.spent, 0.5)) };
}

export const lookingUp: Readonly<Record<string, Step>> = { 'expand-icd10': expandIcd10 };
