import { Constructed, GeneralizedTime, Integer, ObjectIdentifier, OctetString, Sequence, UTCTime, fromBER, type AsnType } from 'asn1js';
import { ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';
import { sha256 } from './algorithms.ts';
import { readCertificate, type CertificateFacts } from './certificate.ts';
import { attributeOids } from './create-signature.ts';

/** A CMS SignedData as plain data. Reading judges nothing but the form. */
export interface ReadSignature {
  trailingBytes: boolean;
  detached: boolean;
  contentType: string;
  certificates: CertificateFacts[];
  signers: ReadSigner[];
}

export interface ReadSigner {
  /** Whether a certificate is the one that this signer names. */
  names(certificate: CertificateFacts): boolean;
  digestOid: string;
  signatureOid: string;
  signature: Uint8Array;
  /** What is signed: the attributes as an explicit SET OF (RFC 5652 §5.4); undefined where there are none. */
  signed: Uint8Array | undefined;
  /** Each signed attribute must stand once and with one value; undefined where that is broken or a value has the wrong type. */
  attributes: SignedAttributes | undefined;
}

export interface SignedAttributes {
  contentType: string | undefined;
  messageDigest: Uint8Array | undefined;
  signingTime: Date | undefined;
  certificateId: { digestOid: string; hash: Uint8Array; serial: string | undefined } | undefined;
}

const limits = { maxDepth: 60, maxNodes: 100_000 };
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** The value of an integer, whatever leading zeros it was written with. */
const serialOf = (value: Integer): string => hex(value.valueBlock.valueHexView).replace(/^(00)+(?=.)/, '');

/** @throws Error for anything that is not CMS SignedData */
export function readSignature(bytes: Uint8Array): ReadSignature {
  const parsed = fromBER(bytes, limits);
  if (parsed.offset < 0) throw new Error('not ASN.1');
  const info = new ContentInfo({ schema: parsed.result });
  if (info.contentType !== ContentInfo.SIGNED_DATA) throw new Error('not SignedData');
  // pkijs takes apart what it parses, and re-encodes certificates: their exact bytes are read from the tree before
  const certificates = embeddedCertificates(info.content as AsnType);
  const data = new SignedData({ schema: info.content });
  return {
    trailingBytes: parsed.offset !== bytes.byteLength,
    detached: data.encapContentInfo.eContent === undefined,
    contentType: data.encapContentInfo.eContentType,
    certificates,
    signers: data.signerInfos.map(readSigner),
  };
}

function embeddedCertificates(signedData: AsnType): CertificateFacts[] {
  if (!(signedData instanceof Sequence)) throw new Error('not SignedData');
  const set = signedData.valueBlock.value.find((each) => each instanceof Constructed && each.idBlock.tagClass === 3 && each.idBlock.tagNumber === 0);
  if (!(set instanceof Constructed)) return [];
  const found = set.valueBlock.value.filter((each) => each instanceof Sequence);
  if (found.length > 32) throw new Error('too many certificates');
  return found.map((each) => readCertificate(each.valueBeforeDecodeView.slice()));
}

function readSigner(signer: SignerInfo): ReadSigner {
  const { sid } = signer as { sid: unknown };
  const named = sid instanceof IssuerAndSerialNumber ? { issuer: hex(new Uint8Array(sid.issuer.toSchema().toBER())), serial: serialOf(sid.serialNumber) } : undefined;
  const keyIdentifier = named ? undefined : hex((sid as OctetString).valueBlock.valueHexView);
  const signed = signer.signedAttrs && new Uint8Array(signer.signedAttrs.encodedValue.slice(0));
  return {
    names: (certificate) => (named ? certificate.issuerDer === named.issuer && certificate.serial === named.serial : certificate.keyIdentifier === keyIdentifier),
    digestOid: signer.digestAlgorithm.algorithmId,
    signatureOid: signer.signatureAlgorithm.algorithmId,
    signature: signer.signature.valueBlock.valueHexView.slice(),
    signed,
    attributes: signer.signedAttrs && readAttributes(signer.signedAttrs.attributes),
  };
}

function readAttributes(attributes: readonly { type: string; values: AsnType[] }[]): SignedAttributes | undefined {
  const known = new Map<string, AsnType>();
  for (const { type, values } of attributes) {
    // RFC 5652 §11: each of these must not be repeated and holds a single value
    if (known.has(type) || (Object.values<string>(attributeOids).includes(type) && values.length !== 1)) return undefined;
    known.set(type, values[0]!);
  }
  const contentType = known.get(attributeOids.contentType);
  const messageDigest = known.get(attributeOids.messageDigest);
  const time = known.get(attributeOids.signingTime);
  const id = known.get(attributeOids.signingCertificateV2);
  const certificateId = id && readCertificateId(id);
  const wrong =
    (contentType && !(contentType instanceof ObjectIdentifier)) || (messageDigest && !(messageDigest instanceof OctetString)) ||
    (time && !(time instanceof UTCTime)) || (id && !certificateId);
  if (wrong) return undefined;
  const signingTime = time instanceof GeneralizedTime || time instanceof UTCTime ? time.toDate() : undefined;
  if (signingTime && Number.isNaN(signingTime.getTime())) return undefined;
  return {
    contentType: contentType instanceof ObjectIdentifier ? contentType.valueBlock.toString() : undefined,
    messageDigest: messageDigest instanceof OctetString ? messageDigest.valueBlock.valueHexView.slice() : undefined,
    signingTime,
    certificateId,
  };
}

/** SigningCertificateV2 (RFC 5035 §3): the first ESSCertIDv2 is the signer's. */
function readCertificateId(value: AsnType): SignedAttributes['certificateId'] {
  const inside = (of: AsnType | undefined): AsnType[] => (of instanceof Sequence ? of.valueBlock.value : []);
  const parts = inside(inside(inside(value)[0])[0]);
  const algorithm = parts[0] instanceof Sequence ? inside(parts[0])[0] : undefined;
  const hash = algorithm ? parts[1] : parts[0];
  const serial = inside(parts[algorithm ? 2 : 1])[1];
  if (!(hash instanceof OctetString)) return undefined;
  return {
    digestOid: algorithm instanceof ObjectIdentifier ? algorithm.valueBlock.toString() : sha256.oid,
    hash: hash.valueBlock.valueHexView.slice(),
    serial: serial instanceof Integer ? serialOf(serial) : undefined,
  };
}
