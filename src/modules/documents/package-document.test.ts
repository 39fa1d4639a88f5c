import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../kernel/problem.ts';
import { packageDocument } from './package-document.ts';
import { prepareDocument, type PreparedDocument } from './prepare-document.ts';
import { visitContent } from './samples/visit-content.ts';
import { makeSamples } from './signature/samples/make-samples.ts';
import { keySigner } from './signature/signer.ts';
import { verifyUpload, type GivenFile } from './verify-upload.ts';

let samples: Awaited<ReturnType<typeof makeSamples>>;
let prepared: PreparedDocument;
let archive: { name: string; bytes: Uint8Array };
let signature: Uint8Array;
let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const trust = () => ({ anchors: [samples.root.certificate] });
const judge = (files: GivenFile[]) => verifyUpload(files, trust(), new Date());
const refusal = (files: GivenFile[]): string => {
  try {
    judge(files);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'nothing was refused';
};

beforeAll(async () => {
  samples = await makeSamples();
  prepared = prepareDocument(visitContent());
  const sign = async (who: 'doctor' | 'organisation') => ({ role: who, bytes: await keySigner(samples[who], () => samples.now).sign(prepared.bytes), certificate: samples[who].certificate });
  const signatures = [await sign('doctor'), await sign('organisation')];
  signature = signatures[0]!.bytes;
  archive = packageDocument({ bytes: prepared.bytes, signatures, root: samples.root.certificate, trust: trust(), now: samples.now, language: 'ru' });
  folder = mkdtempSync(join(tmpdir(), 'karta-package-'));
  for (const [name, bytes] of Object.entries(unzipSync(archive.bytes))) {
    mkdirSync(dirname(at('unpacked', name)), { recursive: true });
    writeFileSync(at('unpacked', name), bytes);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the patient’s archive', () => {
  test('holds the exact original, the sheet, signatures, certificates and the how-to, and its name says nothing of the patient', () => {
    const files = unzipSync(archive.bytes);
    expect(Object.keys(files).sort()).toEqual(
      ['HOW-TO-VERIFY.txt', 'certificates/1-doctor.pem', 'certificates/2-organisation.pem', 'certificates/root.pem', 'document.html', 'original.json', 'signatures/1-doctor.p7s', 'signatures/2-organisation.p7s', 'КАК-ПРОВЕРИТЬ.txt'],
    );
    expect(Buffer.from(files['original.json']!).equals(prepared.bytes)).toBe(true);
    expect(archive.name).toBe('protokol-konsultacii-2026-11-21.zip');
  });

  test('verifies by the very commands that its how-to names, with no code of ours', () => {
    if (spawnSync('openssl', ['version']).status !== 0) throw new Error('These tests need the openssl program: apt-get install openssl');
    for (const name of ['КАК-ПРОВЕРИТЬ.txt', 'HOW-TO-VERIFY.txt']) {
      const commands = readFileSync(at('unpacked', name), 'utf8').split(/\r?\n/).map((line) => line.trim()).filter((line) => line.startsWith('openssl cms'));
      expect(commands).toHaveLength(2);
      for (const command of commands) execFileSync('sh', ['-c', command], { cwd: at('unpacked'), stdio: 'pipe' });
    }
    expect(readFileSync(at('unpacked', 'checked.json')).equals(Buffer.from(prepared.bytes))).toBe(true);
    const shown = execFileSync('openssl', ['x509', '-in', 'certificates/root.pem', '-noout', '-fingerprint', '-sha256'], { cwd: at('unpacked') }).toString();
    expect(readFileSync(at('unpacked', 'КАК-ПРОВЕРИТЬ.txt'), 'utf8')).toContain(shown.trim().split('=')[1]);
  });
});

describe('an upload', () => {
  test('of the archive says who signed and that it is valid', () => {
    expect(judge([{ name: archive.name, bytes: archive.bytes }])).toMatchObject([{ verdict: 'valid', signatures: [{ signer: { text: 'Соколова Анна Викторовна' } }, { signer: { text: 'Поликлиника № 2' } }] }]);
  });

  test('of a document and its signature works whatever their names are', () => {
    expect(judge([{ name: 'загрузка (1).json', bytes: prepared.bytes }, { name: 'подпись.sig', bytes: signature }])).toMatchObject([{ verdict: 'valid' }]);
    const other = strToU8('другой');
    expect(judge([{ name: 'a.json', bytes: prepared.bytes }, { name: 'b.txt.json', bytes: other }, { name: 'a.json.p7s', bytes: signature }, { name: 'b.txt.p7s', bytes: signature }]).map((each) => each.verdict)).toEqual(['valid', 'invalid']);
  });

  test('of a swapped root inside the archive convinces nobody', () => {
    const files = unzipSync(archive.bytes);
    const stranger = verifyUpload([{ name: 'a.zip', bytes: zipSync(files) }], { anchors: [] }, new Date());
    expect(stranger[0]!.verdict).toBe('undetermined');
  });

  test('of half a pair, a damaged archive or nothing is refused with what to do', () => {
    expect(refusal([{ name: 'a.json', bytes: prepared.bytes }])).toBe('documents.upload-incomplete');
    expect(refusal([{ name: 'a.p7s', bytes: signature }])).toBe('documents.upload-incomplete');
    expect(refusal([])).toBe('documents.upload-incomplete');
    expect(refusal([{ name: 'a.zip', bytes: archive.bytes.slice(0, 3000) }])).toBe('documents.upload-unreadable');
  });

  test('of a bomb ends at the limit, even where the archive lies about its sizes', () => {
    const bomb = zipSync({ 'original.json': new Uint8Array(80 * 1_048_576) }, { level: 9 });
    expect(refusal([{ name: 'bomb.zip', bytes: bomb }])).toBe('documents.upload-too-large');
    const lying = bomb.slice();
    new DataView(lying.buffer).setUint32(22, 100, true);
    expect(['documents.upload-too-large', 'documents.upload-unreadable']).toContain(refusal([{ name: 'bomb.zip', bytes: lying }]));
    expect(refusal([{ name: 'many.zip', bytes: zipSync(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}.json`, strToU8('x')]))) }])).toBe('documents.upload-too-large');
    expect(refusal([{ name: 'a.json', bytes: new Uint8Array(33 * 1_048_576) }])).toBe('documents.upload-too-large');
  });

  test('of whatever bytes gets a verdict or a refusal, never a crash', () => {
    const mutated = fc.tuple(fc.nat(archive.bytes.byteLength - 1), fc.integer({ min: 1, max: 255 })).map(([place, by]) => {
      const bytes = archive.bytes.slice();
      bytes[place]! ^= by;
      return bytes;
    });
    fc.assert(
      fc.property(mutated, (bytes) => {
        // refusal() lets through only what is no Problem
        refusal([{ name: 'a.zip', bytes }]);
      }),
      { numRuns: 150 },
    );
  });
});
