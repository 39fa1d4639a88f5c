import { isDeepStrictEqual } from 'node:util';
import { Integer, OctetString, Set as AsnSet, fromBER } from 'asn1js';
import fc from 'fast-check';
import { Attribute, ContentInfo, SignedData } from 'pkijs';
import { beforeAll, describe, expect, test } from 'vitest';
import { issueCertificate, makeAuthority, type IssuedKey } from './authority.ts';
import { nameOids } from './certificate.ts';
import { attributeOids } from './create-signature.ts';
import { findingDefinitions } from './findings.ts';
import { makeSamples } from './samples/make-samples.ts';
import { keySigner, signWith } from './signer.ts';
import { verifyDocument, verifySignature, type Trust } from './verify-signature.ts';

let samples: Awaited<ReturnType<typeof makeSamples>>;
let signature: Uint8Array;
let trust: Trust;
beforeAll(async () => {
  samples = await makeSamples();
  signature = await keySigner(samples.doctor, () => samples.now).sign(samples.document);
  trust = { anchors: [samples.root.certificate], revoked: new Map() };
});

const judge = (bytes: Uint8Array, of: Uint8Array = samples.document, by: Trust = trust, now: Date = samples.now) => verifySignature(of, bytes, by, now);
const codes = (verdict: ReturnType<typeof judge>) => verdict.findings.map((each) => each.code);

/** Takes a real signature apart, changes it, signs the changed attributes again where asked, and writes it as DER. */
function change(work: (data: SignedData) => void, signAgain?: IssuedKey): Uint8Array {
  const info = new ContentInfo({ schema: fromBER(signature).result });
  const data = new SignedData({ schema: info.content });
  work(data);
  const [signer] = data.signerInfos;
  if (signAgain && signer?.signedAttrs) {
    const attributes = new Uint8Array(signer.signedAttrs.toSchema().toBER());
    attributes[0] = 0x31;
    signer.signature = new OctetString({ valueHex: new Uint8Array(signWith(signAgain.privateKey, attributes)).buffer });
  }
  return new Uint8Array(new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: data.toSchema(true) }).toSchema().toBER());
}
const without = (oid: string) => (data: SignedData) => {
  const attributes = data.signerInfos[0]!.signedAttrs!;
  attributes.attributes = attributes.attributes.filter((each) => each.type !== oid);
};

describe('a right signature', () => {
  test('says who signed, when, with which certificate and over which hash', () => {
    const verdict = judge(signature);
    expect(verdict.verdict).toBe('valid');
    expect(verdict.signer).toMatchObject({ text: 'Соколова Анна Викторовна', surname: 'Соколова', snils: '11223344595' });
    expect(verdict.signedAt).toBe(samples.now.toISOString());
    expect(verdict.certificate).toMatchObject({ issuerText: 'Тестовый центр Карты — без юридической силы' });
    expect(verdict.certificate?.serial).toMatch(/^[0-9a-f]{32}$/);
    expect(verdict.digest).toEqual({ algorithm: 'SHA-256', hex: verdict.documentSha256 });
    expect(verdict.chain).toHaveLength(2);
  });

  test('says that its time is not proven and that a test certificate has no legal force', () => {
    expect(codes(judge(signature))).toEqual(['time-not-proven', 'no-legal-force']);
    expect(judge(signature).findings[0]!.ru).toContain('Время не подтверждено');
  });

  test('of an organisation with an RSA key is right too and shows its ОГРН', async () => {
    const verdict = judge(await keySigner(samples.organisation, () => samples.now).sign(samples.document));
    expect(verdict).toMatchObject({ verdict: 'valid', algorithm: 'RSA SHA-256', signer: { ogrn: '1027700132195', inn: '7707083893' } });
  });

  test('says so where revocation could not be checked', () => {
    expect(codes(judge(signature, samples.document, { anchors: trust.anchors }))).toContain('revocation-not-checked');
  });

  test('is right through an intermediate authority', async () => {
    const middle = await issueCertificate(samples.root, { of: 'authority', name: 'Выпускающий центр — без юридической силы' }, { from: samples.start });
    const person = await issueCertificate(middle, { of: 'person', fullName: 'Орлова Татьяна Ивановна', surname: 'Орлова', givenName: 'Татьяна Ивановна' }, { from: samples.start });
    const verdict = judge(await keySigner(person, () => samples.now).sign(samples.document));
    expect(verdict).toMatchObject({ verdict: 'valid', chain: [{}, {}, {}] });
  });
});

describe('what is wrong is named', () => {
  test('another document', () => {
    const verdict = judge(signature, new TextEncoder().encode('другой документ'));
    expect(verdict.verdict).toBe('invalid');
    expect(codes(verdict)).toContain('wrong-hash');
  });

  test('one changed byte of the document', () => {
    const changed = samples.document.slice();
    changed[7]! ^= 1;
    expect(codes(judge(signature, changed))).toContain('wrong-hash');
  });

  test('more than one signer in a file', () => {
    const twice = change((data) => void data.signerInfos.push(data.signerInfos[0]!));
    expect(codes(judge(twice))).toContain('several-signers');
    expect(judge(twice).verdict).toBe('invalid');
  });

  test('no signer at all', () => expect(codes(judge(change((data) => void (data.signerInfos = []))))).toEqual(['no-signer']));

  test('no signing time', () => expect(codes(judge(change(without(attributeOids.signingTime), samples.doctor)))).toEqual(['no-signing-time', 'no-legal-force']));

  test('no embedded certificate', () => {
    const bare = change((data) => void (data.certificates = []));
    expect(codes(judge(bare))).toEqual(['no-certificate']);
  });

  test('no name of the certificate among what is signed', () => {
    expect(codes(judge(change(without(attributeOids.signingCertificateV2), samples.doctor)))).toContain('certificate-id-missing');
  });

  test('a certificate exchanged for another one with the same key', async () => {
    const other = await keySigner({ ...samples.doctor, certificate: samples.organisation.certificate }, () => samples.now).sign(samples.document);
    const mixed = change((data) => {
      const foreign = new SignedData({ schema: new ContentInfo({ schema: fromBER(other).result }).content });
      const own = data.signerInfos[0]!.signedAttrs!.attributes.filter((each) => each.type !== attributeOids.signingCertificateV2);
      data.signerInfos[0]!.signedAttrs!.attributes = [...own, foreign.signerInfos[0]!.signedAttrs!.attributes.find((each) => each.type === attributeOids.signingCertificateV2)!];
    }, samples.doctor);
    expect(codes(judge(mixed))).toContain('certificate-id-mismatch');
    expect(codes(judge(mixed))).not.toContain('signature-wrong');
  });

  test('a repeated signed attribute', () => {
    const repeated = change((data) => {
      const signed = data.signerInfos[0]!.signedAttrs!;
      signed.attributes = [...signed.attributes, signed.attributes.find((each) => each.type === attributeOids.messageDigest)!];
    }, samples.doctor);
    expect(codes(judge(repeated))).toContain('attributes-malformed');
  });

  test('an attribute of the wrong type', () => {
    const typed = change((data) => {
      const signed = data.signerInfos[0]!.signedAttrs!;
      signed.attributes = signed.attributes.map((each) => (each.type === attributeOids.messageDigest ? new Attribute({ type: each.type, values: [new Integer({ value: 5 })] }) : each));
    }, samples.doctor);
    expect(codes(judge(typed))).toContain('attributes-malformed');
  });

  test('no signed attributes', () => {
    expect(codes(judge(change((data) => void (data.signerInfos[0]!.signedAttrs = undefined as never))))).toContain('no-signed-attributes');
  });

  test('an algorithm that we do not know', () => {
    const gost = change((data) => void (data.signerInfos[0]!.signatureAlgorithm.algorithmId = '1.2.643.7.1.1.3.2'));
    const verdict = judge(gost);
    expect(codes(verdict)).toContain('unsupported-algorithm');
    expect(verdict.findings.find((each) => each.code === 'unsupported-algorithm')?.ru).toContain('1.2.643.7.1.1.3.2');
  });

  test('a hash that is too weak', () => {
    expect(codes(judge(change((data) => void (data.signerInfos[0]!.digestAlgorithm.algorithmId = '1.3.14.3.2.26'))))).toContain('unsupported-algorithm');
  });

  test('a signature made with another key', () => {
    expect(codes(judge(change(() => undefined, samples.organisation)))).toContain('signature-wrong');
  });

  test('an attribute changed after signing', () => {
    expect(codes(judge(change((data) => void data.signerInfos[0]!.signedAttrs!.attributes.reverse())))).toContain('signature-wrong');
  });

  test('a chain that does not end at an authority we trust', async () => {
    const stranger = await makeAuthority(samples.start, 'Чужой центр');
    const verdict = judge(signature, samples.document, { anchors: [stranger.certificate], revoked: new Map() });
    expect(verdict.verdict).toBe('undetermined');
    expect(codes(verdict)).toContain('untrusted');
  });

  test('an authority of the same name with another key', async () => {
    const namesake = await makeAuthority(samples.start);
    expect(codes(judge(signature, samples.document, { anchors: [namesake.certificate], revoked: new Map() }))).toContain('untrusted');
  });

  test('a certificate issued by someone who is no authority', async () => {
    const forged = await issueCertificate(samples.doctor, { of: 'person', fullName: 'Самозванцев Пётр Ильич', surname: 'Самозванцев', givenName: 'Пётр Ильич' }, { from: samples.start });
    expect(codes(judge(await keySigner(forged, () => samples.now).sign(samples.document)))).toContain('untrusted');
  });

  test('a certificate that had expired when it signed', async () => {
    const old = await issueCertificate(samples.root, { of: 'person', fullName: 'Орлова Татьяна Ивановна', surname: 'Орлова', givenName: 'Татьяна Ивановна' }, { from: samples.start, to: new Date(samples.start.getTime() + 60_000) });
    const verdict = judge(await keySigner(old, () => samples.now).sign(samples.document));
    expect(verdict.verdict).toBe('invalid');
    expect(codes(verdict)).toContain('certificate-expired');
  });

  test('a certificate that was not yet valid when it signed', async () => {
    const early = await keySigner(samples.doctor, () => new Date(samples.start.getTime() - 60_000)).sign(samples.document);
    expect(codes(judge(early))).toContain('certificate-not-yet-valid');
  });

  test('a certificate that has expired since: by 63-ФЗ article 11 only a proven time would still settle it', () => {
    const verdict = judge(signature, samples.document, trust, new Date(samples.now.getTime() + 3 * 365 * 86_400_000));
    expect(verdict.verdict).toBe('undetermined');
    expect(codes(verdict)).toContain('expired-since');
  });

  test('a certificate revoked before it signed, and one revoked after', () => {
    const [fingerprint] = [judge(signature).certificate!.fingerprint];
    expect(codes(judge(signature, samples.document, { ...trust, revoked: new Map([[fingerprint, samples.start]]) }))).toContain('certificate-revoked');
    const since = judge(signature, samples.document, { ...trust, revoked: new Map([[fingerprint, new Date(samples.now.getTime() + 1000)]]) }, new Date(samples.now.getTime() + 2000));
    expect(since.verdict).toBe('undetermined');
    expect(codes(since)).toContain('revoked-since');
  });

  test('a signing time that has not come yet', () => {
    expect(codes(judge(signature, samples.document, trust, new Date(samples.start.getTime() + 60_000)))).toContain('time-in-future');
  });

  test('a key that is not for signing documents', async () => {
    const verdict = judge(await keySigner(samples.root, () => samples.now).sign(samples.document));
    expect(codes(verdict)).toContain('key-usage');
  });

  test('a document inside the signature', () => {
    const attached = change((data) => void (data.encapContentInfo.eContent = new OctetString({ valueHex: new Uint8Array(samples.document).buffer })));
    expect(codes(judge(attached))).toContain('not-detached');
  });

  test('bytes after the signature', () => {
    const verdict = judge(Buffer.concat([signature, Buffer.from('и ещё')]));
    expect(verdict.verdict).toBe('invalid');
    expect(codes(verdict)).toContain('trailing-bytes');
  });

  test('a file that is no signature', () => {
    for (const bytes of [new Uint8Array(), samples.document, samples.doctor.certificate, new AsnSet().toBER(), Buffer.alloc(2_000_000)]) {
      expect(judge(new Uint8Array(bytes)).findings.map((each) => each.code)).toEqual([bytes.byteLength > 1_048_576 ? 'too-large' : 'malformed']);
    }
  });

  test('a document without a signature, and one signed twice by the same certificate', () => {
    expect(verifyDocument(samples.document, [], trust, samples.now).findings[0]?.code).toBe('no-signatures');
    expect(verifyDocument(samples.document, [signature, signature], trust, samples.now)).toMatchObject({ verdict: 'invalid', findings: [{ code: 'signature-twice' }] });
  });
});

describe('hostile input', () => {
  test('gets a verdict whatever the bytes are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => judge(bytes).verdict === 'invalid'), { numRuns: 500 });
  });

  test('with any byte of a real signature changed is never taken for this document’s valid signature', () => {
    // unsigned parts (the chain’s root, the version) may change without harm: then every word of the verdict stays the same
    const right = judge(signature);
    fc.assert(
      fc.property(fc.nat(signature.byteLength - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = signature.slice();
        changed[at]! ^= by;
        const verdict = judge(changed);
        return verdict.verdict !== 'valid' || isDeepStrictEqual({ ...verdict, algorithm: right.algorithm }, right);
      }),
      { numRuns: 500 },
    );
  });

  test('cut short anywhere is invalid', () => {
    fc.assert(fc.property(fc.nat(signature.byteLength - 1), (length) => judge(signature.slice(0, length)).verdict === 'invalid'), { numRuns: 300 });
  });

  test('nested a hundred thousand deep costs no stack', () => {
    expect(codes(judge(new Uint8Array(100_000).fill(0x30)))).toEqual(['malformed']);
  });
});

test('every finding speaks both languages, and no name in a certificate is left without its number', () => {
  for (const [code, { ru, en }] of Object.entries(findingDefinitions)) {
    expect(ru, code).toMatch(/[а-яё]/i);
    expect(en, code).toMatch(/^[^а-яё]+$/i);
    expect(ru.match(/\{\w+\}/g) ?? []).toEqual(en.match(/\{\w+\}/g) ?? []);
  }
  expect(nameOids.snils).toBe('1.2.643.100.3');
});
