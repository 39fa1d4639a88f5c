import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toPem } from './certificate.ts';
import { makeSamples } from './samples/make-samples.ts';
import { keySigner } from './signer.ts';
import { verifySignature } from './verify-signature.ts';

/** The judge from outside: the stock OpenSSL, which shares no code with Karta. */
let samples: Awaited<ReturnType<typeof makeSamples>>;
let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  if (spawnSync('openssl', ['version']).status !== 0) throw new Error('These tests need the openssl program: apt-get install openssl');
  samples = await makeSamples();
  folder = mkdtempSync(join(tmpdir(), 'karta-openssl-'));
  writeFileSync(file('root.pem'), toPem(samples.root.certificate));
  writeFileSync(file('doc'), samples.document);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verify = (...more: string[]) =>
  spawnSync('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-in', file('doc.p7s'), '-content', file('doc'), '-CAfile', file('root.pem'), ...more], { encoding: 'buffer' });

for (const who of ['doctor', 'organisation'] as const) {
  test(`openssl accepts the signature of a ${who}, gives back the same bytes, and finds it to be CAdES`, async () => {
    writeFileSync(file('doc.p7s'), await keySigner(samples[who], () => samples.now).sign(samples.document));
    for (const options of [['-purpose', 'any'], ['-purpose', 'any', '-cades'], []]) {
      const answer = verify(...options);
      expect(answer.stderr.toString()).toMatch(/Verification successful/i);
      expect(answer.status).toBe(0);
      expect(answer.stdout.equals(Buffer.from(samples.document))).toBe(true);
    }
  });

  test(`openssl refuses the signature of a ${who} over a changed document`, async () => {
    writeFileSync(file('doc.p7s'), await keySigner(samples[who], () => samples.now).sign(new TextEncoder().encode('другой')));
    expect(verify('-purpose', 'any').status).not.toBe(0);
  });

  test(`Karta accepts what openssl signs with the key of a ${who}`, () => {
    const key = samples[who];
    writeFileSync(file('cert.pem'), toPem(key.certificate));
    writeFileSync(file('key.pem'), key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    for (const digest of ['sha256', 'sha512']) {
      execFileSync('openssl', ['cms', '-sign', '-cades', '-binary', '-md', digest, '-in', file('doc'), '-signer', file('cert.pem'), '-inkey', file('key.pem'), '-outform', 'DER', '-out', file('theirs.p7s')]);
      const verdict = verifySignature(samples.document, readFileSync(file('theirs.p7s')), { anchors: [samples.root.certificate] }, new Date());
      expect(verdict.findings.filter((each) => each.severity !== 'note')).toEqual([]);
      expect(verdict.verdict).toBe('valid');
    }
  });

  test(`Karta refuses what openssl signs without naming the certificate of a ${who}`, () => {
    execFileSync('openssl', ['cms', '-sign', '-binary', '-in', file('doc'), '-signer', file('cert.pem'), '-inkey', file('key.pem'), '-outform', 'DER', '-out', file('plain.p7s')]);
    const verdict = verifySignature(samples.document, readFileSync(file('plain.p7s')), { anchors: [samples.root.certificate] }, new Date());
    expect(verdict.findings.map((each) => each.code)).toContain('certificate-id-missing');
  });
}

test('the whole chain stands by the rules of openssl verify in its strict mode', () => {
  writeFileSync(file('cert.pem'), toPem(samples.doctor.certificate));
  expect(execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', file('root.pem'), file('cert.pem')]).toString()).toContain('OK');
});
