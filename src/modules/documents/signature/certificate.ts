import { createHash } from 'node:crypto';
import { BitString, OctetString, fromBER } from 'asn1js';
import { BasicConstraints, Certificate, type RelativeDistinguishedNames } from 'pkijs';

/** Object identifiers of a name; the Russian ones by order 795 of the FSB. */
export const nameOids = {
  commonName: '2.5.4.3', surname: '2.5.4.4', givenName: '2.5.4.42', country: '2.5.4.6', organisation: '2.5.4.10', unit: '2.5.4.11', title: '2.5.4.12',
  snils: '1.2.643.100.3', inn: '1.2.643.3.131.1.1', ogrn: '1.2.643.100.1', organisationInn: '1.2.643.100.4',
} as const;

export type Name = Partial<Record<keyof typeof nameOids, string>>;

/** A certificate as plain facts; nothing here says that it may be trusted. */
export interface CertificateFacts {
  der: Uint8Array;
  subject: Name;
  issuer: Name;
  subjectDer: string;
  issuerDer: string;
  /** Hexadecimal, lower case, as `openssl x509 -serial` shows it. */
  serial: string;
  notBefore: Date;
  notAfter: Date;
  /** SHA-256 of the DER, hexadecimal. */
  fingerprint: string;
  publicKey: Uint8Array;
  tbs: Uint8Array;
  signatureOid: string;
  signature: Uint8Array;
  keyIdentifier: string | undefined;
  authority: boolean;
  pathLength: number | undefined;
  /** Bits of keyUsage in order (RFC 5280 §4.2.1.3); undefined where the extension is absent. */
  keyUsage: readonly boolean[] | undefined;
  /** OIDs of critical extensions that we do not process: RFC 5280 §4.2 asks to refuse such a certificate. */
  unknownCritical: readonly string[];
}

const processed = new Set(['2.5.29.14', '2.5.29.15', '2.5.29.19', '2.5.29.35', '2.5.29.32', '2.5.29.17', '2.5.29.31', '2.5.29.37', '1.3.6.1.5.5.7.1.1']);

/** Reads one DER certificate. @throws Error where it is not one, or has bytes after it */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const parsed = fromBER(der, { maxDepth: 40, maxNodes: 20_000 });
  if (parsed.offset !== der.byteLength) throw new Error('not one certificate');
  return certificateFacts(new Certificate({ schema: parsed.result }), der);
}

export function certificateFacts(certificate: Certificate, der: Uint8Array): CertificateFacts {
  const extension = (oid: string): Uint8Array | undefined => {
    const found = certificate.extensions?.find((each) => each.extnID === oid);
    return found && new Uint8Array(found.extnValue.valueBlock.valueHexView);
  };
  const constraints = extension('2.5.29.19');
  const basic = constraints && new BasicConstraints({ schema: fromBER(constraints).result });
  const usage = extension('2.5.29.15');
  const identifier = extension('2.5.29.14');
  return {
    der,
    subject: readName(certificate.subject),
    issuer: readName(certificate.issuer),
    subjectDer: hex(new Uint8Array(certificate.subject.toSchema().toBER())),
    issuerDer: hex(new Uint8Array(certificate.issuer.toSchema().toBER())),
    serial: hex(certificate.serialNumber.valueBlock.valueHexView).replace(/^(00)+(?=.)/, ''),
    notBefore: certificate.notBefore.value,
    notAfter: certificate.notAfter.value,
    fingerprint: createHash('sha256').update(der).digest('hex'),
    publicKey: new Uint8Array(certificate.subjectPublicKeyInfo.toSchema().toBER()),
    tbs: new Uint8Array(certificate.tbsView),
    signatureOid: certificate.signatureAlgorithm.algorithmId,
    signature: new Uint8Array(certificate.signatureValue.valueBlock.valueHexView),
    keyIdentifier: identifier && octets(identifier),
    authority: basic?.cA === true,
    pathLength: typeof basic?.pathLenConstraint === 'number' ? basic.pathLenConstraint : undefined,
    keyUsage: usage && bits(usage),
    unknownCritical: (certificate.extensions ?? []).filter((each) => each.critical && !processed.has(each.extnID)).map((each) => each.extnID),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function octets(der: Uint8Array): string | undefined {
  const value = fromBER(der).result;
  return value instanceof OctetString ? hex(value.valueBlock.valueHexView) : undefined;
}

function bits(der: Uint8Array): boolean[] {
  const value = fromBER(der).result;
  if (!(value instanceof BitString)) throw new Error('keyUsage is not a bit string');
  return [...value.valueBlock.valueHexView].flatMap((byte) => [128, 64, 32, 16, 8, 4, 2, 1].map((bit) => (byte & bit) !== 0));
}

function readName(name: RelativeDistinguishedNames): Name {
  const read: Name = {};
  for (const { type, value } of name.typesAndValues) {
    const key = (Object.keys(nameOids) as (keyof typeof nameOids)[]).find((each) => nameOids[each] === type);
    const text: unknown = value.valueBlock.value;
    if (key && read[key] === undefined && typeof text === 'string') read[key] = text;
  }
  return read;
}

/** «Соколова Анна Викторовна», else the organisation; never empty. */
export function nameText(name: Name): string {
  return name.commonName ?? ([name.surname, name.givenName].filter(Boolean).join(' ') || name.organisation || '—');
}

/** Says in words that it proves nothing in court: what Karta's own test centre issues. */
export function withoutLegalForce(certificate: Pick<CertificateFacts, 'subject' | 'issuer'>): boolean {
  return [certificate.subject, certificate.issuer].some((name) => Object.values(name).some((text) => /без юридической силы/i.test(text)));
}

export function toPem(der: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

/** Every certificate in a PEM text; text around the blocks is ignored. */
export function fromPem(text: string): Uint8Array[] {
  return [...text.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)].map(([, base64]) => new Uint8Array(Buffer.from(base64!, 'base64')));
}
