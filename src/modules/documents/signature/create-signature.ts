import { Integer, Null, ObjectIdentifier, OctetString, Sequence, UTCTime, GeneralizedTime, fromBER, type AsnType } from 'asn1js';
import { AlgorithmIdentifier, Attribute, Certificate, ContentInfo, EncapsulatedContentInfo, GeneralName, IssuerAndSerialNumber, SignedAndUnsignedAttributes, SignedData, SignerInfo } from 'pkijs';
import { keyKinds, sha256, type KeyKind } from './algorithms.ts';

/** Attributes of CMS (RFC 5652 §11) and ESS (RFC 5035 §3). */
export const attributeOids = {
  contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4', signingTime: '1.2.840.113549.1.9.5', signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

export interface SignatureInput {
  /** SHA-256 of the document's exact bytes. */
  digest: Uint8Array;
  certificate: Uint8Array;
  /** Issuers, the nearest first; what ends in a root keeps it, a verifier trusts only its own. */
  chain: readonly Uint8Array[];
  kind: KeyKind;
  signingTime: Date;
  /** Signs the DER of the signed attributes: RSA PKCS #1 v1.5 or ECDSA as a DER sequence, over SHA-256. */
  sign(attributes: Uint8Array): Promise<Uint8Array>;
}

/**
 * A detached CAdES-BES signature (ETSI EN 319 122-1 §5, RFC 5126 §4.3.1): one SignerInfo; content type, message digest, signing
 * time and signingCertificateV2 signed; the certificate embedded.
 * @returns CMS ContentInfo, DER
 */
export async function createSignature(input: SignatureInput): Promise<Uint8Array> {
  const certificate = parseCertificate(input.certificate);
  const attributes = inOrder([
    attribute(attributeOids.contentType, new ObjectIdentifier({ value: ContentInfo.DATA })),
    attribute(attributeOids.signingTime, timeValue(input.signingTime)),
    attribute(attributeOids.messageDigest, octets(input.digest)),
    attribute(attributeOids.signingCertificateV2, certificateIdentifier(input.certificate, certificate)),
  ]);
  const signedAttrs = new SignedAndUnsignedAttributes({ type: 0, attributes });
  // RFC 5652 §5.4: what is signed carries the tag of an explicit SET OF, not the implicit [0] that stands in the structure
  const signed = new Uint8Array(signedAttrs.toSchema().toBER());
  signed[0] = 0x31;
  const { signature, parameters } = keyKinds[input.kind];
  const digestAlgorithm = new AlgorithmIdentifier({ algorithmId: sha256.oid });
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: [digestAlgorithm],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: ContentInfo.DATA }),
    certificates: [certificate, ...input.chain.map(parseCertificate)],
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
        digestAlgorithm,
        signedAttrs,
        signatureAlgorithm: new AlgorithmIdentifier({ algorithmId: signature, ...(parameters ? { algorithmParams: new Null() } : {}) }),
        signature: octets(await input.sign(signed)),
      }),
    ],
  });
  return new Uint8Array(new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: signedData.toSchema(true) }).toSchema().toBER());
}

const parseCertificate = (der: Uint8Array): Certificate => new Certificate({ schema: fromBER(der).result });
const octets = (bytes: Uint8Array): OctetString => new OctetString({ valueHex: new Uint8Array(bytes).buffer });
const attribute = (type: string, value: AsnType): Attribute => new Attribute({ type, values: [value] });

/** DER asks that a SET OF stands in the order of its encodings (X.690 §11.6). */
function inOrder(attributes: Attribute[]): Attribute[] {
  return attributes
    .map((each) => ({ each, der: Buffer.from(each.toSchema().toBER()) }))
    .toSorted((a, b) => Buffer.compare(a.der, b.der))
    .map(({ each }) => each);
}

/** UTCTime up to 2049, then GeneralizedTime (RFC 5652 §11.3). */
function timeValue(at: Date): UTCTime | GeneralizedTime {
  const valueDate = new Date(Math.floor(at.getTime() / 1000) * 1000);
  return valueDate.getUTCFullYear() < 2050 ? new UTCTime({ valueDate }) : new GeneralizedTime({ valueDate });
}

/** ESSCertIDv2 (RFC 5035 §4); the hash algorithm is left out where it is the default, SHA-256. */
function certificateIdentifier(der: Uint8Array, certificate: Certificate): Sequence {
  const issuerSerial = new Sequence({
    value: [
      new Sequence({ value: [new GeneralName({ type: 4, value: certificate.issuer }).toSchema()] }),
      new Integer({ valueHex: new Uint8Array(certificate.serialNumber.valueBlock.valueHexView).buffer }),
    ],
  });
  return new Sequence({ value: [new Sequence({ value: [new Sequence({ value: [octets(sha256.digest(der)), issuerSerial] })] })] });
}
