import { createHash, createPrivateKey, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { BitString, Integer, Null, NumericString, OctetString, PrintableString, Sequence, Set as AsnSet, Utf8String, fromBER } from 'asn1js';
import { AlgorithmIdentifier, AttributeTypeAndValue, AuthorityKeyIdentifier, BasicConstraints, Certificate, ExtKeyUsage, Extension, PublicKeyInfo, RelativeDistinguishedNames, Time } from 'pkijs';
import { keyKinds, type KeyKind } from './algorithms.ts';
import { nameOids, type Name } from './certificate.ts';

/** A key with its certificate and what leads from it to the root. */
export interface IssuedKey {
  kind: KeyKind;
  certificate: Uint8Array;
  /** Issuers, the nearest first, the root last; empty for a root. */
  chain: Uint8Array[];
  privateKey: KeyObject;
}

/** In every certificate of the test centre, so that no viewer can take it for a qualified one. */
export const noLegalForce = 'Тестовый сертификат — без юридической силы';
export const authorityName = 'Тестовый центр Карты — без юридической силы';

export type CertificateSubject =
  | { of: 'person'; fullName: string; surname: string; givenName: string; snils?: string }
  | { of: 'organisation'; name: string; ogrn?: string; inn?: string }
  | { of: 'authority'; name: string };

const generate = promisify(generateKeyPair);
const fiveYears = 5 * 365 * 86_400_000;

/** The test centre of this installation: a self-signed root, made at first start and trusted by nobody else. */
export async function makeAuthority(now: Date, name: string = authorityName): Promise<IssuedKey> {
  return makeCertificate(undefined, { of: 'authority', name }, { kind: 'ecdsa-p256', from: now, to: new Date(now.getTime() + 2 * fiveYears) });
}

/**
 * A key and its certificate from the test centre. A person's certificate carries no post and no employer: as a qualified one,
 * it says who, and the staff register says what he may sign.
 */
export async function issueCertificate(
  authority: IssuedKey, subject: CertificateSubject, validity: { kind?: KeyKind; from: Date; to?: Date },
): Promise<IssuedKey> {
  return makeCertificate(authority, subject, { kind: validity.kind ?? 'ecdsa-p256', from: validity.from, to: validity.to ?? new Date(validity.from.getTime() + 456 * 86_400_000) });
}

async function makeCertificate(issuer: IssuedKey | undefined, subject: CertificateSubject, { kind, from, to }: { kind: KeyKind; from: Date; to: Date }): Promise<IssuedKey> {
  const pair = kind === 'rsa-2048' ? await generate('rsa', { modulusLength: 2048 }) : await generate('ec', { namedCurve: 'P-256' });
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: serial() });
  certificate.subject = writeName(subjectName(subject));
  certificate.notBefore = time(from);
  certificate.notAfter = time(to);
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' });
  certificate.subjectPublicKeyInfo = new PublicKeyInfo({ schema: fromBER(publicKey).result });
  const parent = issuer && new Certificate({ schema: fromBER(issuer.certificate).result });
  certificate.issuer = parent?.subject ?? certificate.subject;
  const isAuthority = subject.of === 'authority';
  const ownId = keyIdentifier(certificate.subjectPublicKeyInfo);
  certificate.extensions = [
    extension('2.5.29.19', true, new BasicConstraints(isAuthority ? { cA: true } : {}).toSchema().toBER()),
    // RFC 5280 §4.2.1.3: digitalSignature + nonRepudiation, or keyCertSign + cRLSign
    extension('2.5.29.15', true, new BitString({ valueHex: Uint8Array.of(isAuthority ? 0x06 : 0xc0).buffer, unusedBits: isAuthority ? 1 : 6 }).toBER()),
    extension('2.5.29.14', false, ownId.toBER()),
    extension('2.5.29.35', false, new AuthorityKeyIdentifier({ keyIdentifier: parent ? keyIdentifier(parent.subjectPublicKeyInfo) : ownId }).toSchema().toBER()),
    // emailProtection is what OpenSSL's default purpose for CMS asks for: a stranger then needs no extra switch
    ...(isAuthority ? [] : [extension('2.5.29.37', false, new ExtKeyUsage({ keyPurposes: ['1.3.6.1.5.5.7.3.4'] }).toSchema().toBER())]),
  ];
  const by = issuer ?? { kind, privateKey: pair.privateKey };
  const { signature, parameters } = keyKinds[by.kind];
  certificate.signature = certificate.signatureAlgorithm = new AlgorithmIdentifier({ algorithmId: signature, ...(parameters ? { algorithmParams: new Null() } : {}) });
  const tbs = certificate.encodeTBS().toBER();
  certificate.tbsView = new Uint8Array(tbs);
  certificate.signatureValue = new BitString({ valueHex: new Uint8Array(sign('sha256', new Uint8Array(tbs), by.privateKey)).buffer });
  return { kind, certificate: new Uint8Array(certificate.toSchema(true).toBER()), chain: issuer ? [issuer.certificate, ...issuer.chain] : [], privateKey: pair.privateKey };
}

/** 20 octets at most, positive, never zero (RFC 5280 §4.1.2.2), and not to be guessed. */
function serial(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes.buffer;
}

/** UTCTime up to 2049, then GeneralizedTime (RFC 5280 §4.1.2.5); whole seconds. */
function time(at: Date): Time {
  const value = new Date(Math.floor(at.getTime() / 1000) * 1000);
  return new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });
}

/** RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 over the key. */
function keyIdentifier(key: PublicKeyInfo): OctetString {
  const digest = createHash('sha256').update(new Uint8Array(key.subjectPublicKey.valueBlock.valueHexView)).digest().subarray(0, 20);
  return new OctetString({ valueHex: new Uint8Array(digest).buffer });
}

const extension = (extnID: string, critical: boolean, extnValue: ArrayBuffer): Extension => new Extension({ extnID, critical, extnValue });

function subjectName(subject: CertificateSubject): Name {
  if (subject.of === 'authority') return { country: 'RU', organisation: 'Карта', commonName: subject.name };
  if (subject.of === 'organisation') {
    return { country: 'RU', organisation: subject.name, unit: noLegalForce, commonName: subject.name, ...(subject.ogrn ? { ogrn: subject.ogrn } : {}), ...(subject.inn ? { inn: subject.inn } : {}) };
  }
  const { fullName, surname, givenName, snils } = subject;
  return { country: 'RU', unit: noLegalForce, surname, givenName, ...(snils ? { snils } : {}), commonName: fullName };
}

/** X.520's upper bounds are 64 characters: OpenSSL takes longer ones, other readers do not. One attribute to each RDN, as every reader expects. */
function writeName(name: Name): RelativeDistinguishedNames {
  const numeric = new Set<string>([nameOids.snils, nameOids.inn, nameOids.ogrn, nameOids.organisationInn]);
  const sequence = new Sequence({
    value: Object.entries(name).map(([key, value]) => {
      const type = nameOids[key as keyof Name];
      const text = value.length > 64 ? `${value.slice(0, 63)}…` : value;
      const written = key === 'country' ? new PrintableString({ value: text }) : numeric.has(type) ? new NumericString({ value: text }) : new Utf8String({ value: text });
      return new AsnSet({ value: [new AttributeTypeAndValue({ type, value: written }).toSchema()] });
    }),
  });
  return new RelativeDistinguishedNames({ schema: fromBER(sequence.toBER()).result });
}

/** A private key from its PKCS #8 form, as the key store keeps it. */
export function privateKeyFrom(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
}
