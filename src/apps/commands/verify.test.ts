import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { packageDocument, prepareDocument, saveTrustAnchor, toPem, type PreparedDocument } from '../../modules/documents/index.ts';
import { visitContent } from '../../modules/documents/samples/visit-content.ts';
import { makeSamples } from '../../modules/documents/signature/samples/make-samples.ts';
import { keySigner } from '../../modules/documents/signature/signer.ts';
import { verifyCommand } from './verify.ts';

let samples: Awaited<ReturnType<typeof makeSamples>>;
let prepared: PreparedDocument;
let archive: { name: string; bytes: Uint8Array };
let signature: Uint8Array;
let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  samples = await makeSamples();
  prepared = prepareDocument(visitContent());
  signature = await keySigner(samples.doctor, () => samples.now).sign(prepared.bytes);
  archive = packageDocument({
    bytes: prepared.bytes, signatures: [{ role: 'doctor', bytes: signature, certificate: samples.doctor.certificate }], root: samples.root.certificate, trust: { anchors: [samples.root.certificate] }, now: samples.now, language: 'ru',
  });
  folder = mkdtempSync(join(tmpdir(), 'karta-verify-'));
  writeFileSync(at(archive.name), archive.bytes);
  writeFileSync(at('root.pem'), toPem(samples.root.certificate));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('karta verify', () => {
  const run = async (args: string[], env: NodeJS.ProcessEnv = {}) => {
    let out = '';
    const write = (text: unknown) => ((out += String(text)), true);
    const spies = [vi.spyOn(process.stdout, 'write').mockImplementation(write), vi.spyOn(process.stderr, 'write').mockImplementation(write)];
    const code = await verifyCommand(args, { KARTA_DATA: at('data'), ...env }).finally(() => spies.forEach((each) => each.mockRestore()));
    return { code, out };
  };

  test('answers 0 for a good archive and says who, when, which certificate and over which hash', async () => {
    const { code, out } = await run([at(archive.name), '--ca', at('root.pem')]);
    expect(code).toBe(0);
    for (const text of ['ПОДПИСЬ ВЕРНА', 'Соколова Анна Викторовна', 'СНИЛС 11223344595', 'время не подтверждено', Buffer.from(prepared.sha256).toString('hex')]) expect(out).toContain(text);
  });

  test('speaks English where the terminal does, and JSON where asked', async () => {
    expect((await run([at(archive.name), '--ca', at('root.pem')], { LANG: 'en_GB.UTF-8' })).out).toContain('VALID');
    expect(JSON.parse((await run([at(archive.name), '--ca', at('root.pem'), '--json'])).out)).toMatchObject([{ verdict: 'valid' }]);
  });

  test('takes a document with the signature beside it, and the roots of the data folder', async () => {
    writeFileSync(at('visit.json'), prepared.bytes);
    writeFileSync(at('visit.json.p7s'), signature);
    const { code, out } = await run([at('visit.json')]);
    expect(code).toBe(1);
    expect(out).toContain('[untrusted]');
    saveTrustAnchor(at('data'), samples.root.certificate);
    expect((await run([at('visit.json')])).code).toBe(0);
    expect((await run([at('visit.json'), at('visit.json.p7s')])).code).toBe(0);
  });

  test('answers 1 for a changed document and 2 where nothing could be verified', async () => {
    writeFileSync(at('changed.json'), Buffer.concat([prepared.bytes, Buffer.from(' ')]));
    const { code, out } = await run([at('changed.json'), at('visit.json.p7s')]);
    expect(code).toBe(1);
    expect(out).toContain('[wrong-hash]');
    expect((await run([])).code).toBe(2);
    expect((await run([at('absent.json')])).code).toBe(2);
    expect((await run([at('root.pem')])).code).toBe(2);
    expect((await run([at('visit.json'), '--ca', at('visit.json')])).code).toBe(2);
  });
});
