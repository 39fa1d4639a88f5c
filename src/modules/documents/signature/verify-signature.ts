import { createHash } from 'node:crypto';
import { standardAlgorithms, type Algorithms } from './algorithms.ts';
import { buildChain } from './build-chain.ts';
import { nameText, withoutLegalForce, readCertificate, type CertificateFacts, type Name } from './certificate.ts';
import { finding, type Finding, type FindingCode } from './findings.ts';
import { readSignature, type ReadSigner } from './read-signature.ts';

/** Whom the verifier believes. Certificates that come with a signature are never anchors. */
export interface Trust {
  /** DER of the trusted roots. */
  anchors: readonly Uint8Array[];
  /** SHA-256 fingerprint (hex) → when revoked. Left out: revocation is not checked, and the verdict says so. */
  revoked?: ReadonlyMap<string, Date>;
}

export interface CertificateSummary {
  serial: string;
  subject: Name;
  issuer: Name;
  issuerText: string;
  notBefore: string;
  notAfter: string;
  /** SHA-256 of the DER, hexadecimal. */
  fingerprint: string;
}

export interface SignatureVerdict {
  verdict: 'valid' | 'undetermined' | 'invalid';
  /** Who signed, as his certificate says; to be believed only with the verdict. */
  signer: (Name & { text: string }) | undefined;
  /** ISO 8601, from the signer's own clock. */
  signedAt: string | undefined;
  /** Until timestamps exist nobody but the signer vouches for the time. */
  timeProven: false;
  certificate: CertificateSummary | undefined;
  /** From the signer's certificate to the trusted root; empty where no trusted root was reached. */
  chain: CertificateSummary[];
  algorithm: string | undefined;
  /** The hash that was signed. */
  digest: { algorithm: string; hex: string } | undefined;
  /** SHA-256 of the document at hand, hexadecimal. */
  documentSha256: string;
  findings: Finding[];
}

/** A signature takes a few kilobytes; a megabyte leaves room for long chains and revocation lists. */
const largest = 1_048_576;
/** Clocks differ: a signing time this far ahead of ours is not yet a lie. */
const clockTolerance = 5 * 60_000;

/**
 * Judges one detached signature over exactly these bytes. Pure: the same input gives the same verdict.
 * Never throws: whatever the bytes are, there is a verdict.
 */
export function verifySignature(bytes: Uint8Array, signature: Uint8Array, trust: Trust, now: Date, algorithms: Algorithms = standardAlgorithms): SignatureVerdict {
  const verdict: SignatureVerdict = {
    verdict: 'invalid', signer: undefined, signedAt: undefined, timeProven: false, certificate: undefined, chain: [], algorithm: undefined, digest: undefined,
    documentSha256: createHash('sha256').update(bytes).digest('hex'), findings: [],
  };
  const say = (code: FindingCode, details?: Record<string, string | Date>): void => {
    verdict.findings.push(finding(code, details));
  };
  if (signature.byteLength > largest) say('too-large');
  else {
    try {
      judge(bytes, signature, trust, now, algorithms, verdict, say);
    } catch {
      // the parsers below throw errors of many kinds for input that is no CMS; each of them means the same
      say('malformed');
    }
  }
  verdict.verdict = verdict.findings.some((each) => each.severity === 'invalid') ? 'invalid' : verdict.findings.some((each) => each.severity === 'undetermined') ? 'undetermined' : 'valid';
  return verdict;
}

type Say = (code: FindingCode, details?: Record<string, string | Date>) => void;

function judge(bytes: Uint8Array, der: Uint8Array, trust: Trust, now: Date, algorithms: Algorithms, verdict: SignatureVerdict, say: Say): void {
  const read = readSignature(der);
  if (read.trailingBytes) say('trailing-bytes');
  if (!read.detached) say('not-detached');
  const [signer] = read.signers;
  if (!signer) return say('no-signer');
  if (read.signers.length > 1) say('several-signers');

  const attributes = signer.attributes;
  verdict.signedAt = attributes?.signingTime?.toISOString();
  if (!signer.signed) say('no-signed-attributes');
  else if (!attributes || attributes.contentType !== read.contentType || !attributes.messageDigest) say('attributes-malformed');
  if (!attributes?.signingTime) say('no-signing-time');

  const digest = algorithms.digests.get(signer.digestOid);
  const algorithm = algorithms.signatures.get(signer.signatureOid);
  verdict.algorithm = algorithm?.name;
  if (!digest) say('unsupported-algorithm', { algorithm: signer.digestOid });
  if (!algorithm) say('unsupported-algorithm', { algorithm: signer.signatureOid });
  if (attributes?.messageDigest) verdict.digest = { algorithm: digest?.name ?? signer.digestOid, hex: Buffer.from(attributes.messageDigest).toString('hex') };
  if (digest && attributes?.messageDigest && !Buffer.from(digest.digest(bytes)).equals(attributes.messageDigest)) say('wrong-hash');

  const certificate = read.certificates.find((each) => signer.names(each));
  if (!certificate) return say('no-certificate');
  verdict.signer = { ...certificate.subject, text: nameText(certificate.subject) };
  verdict.certificate = summary(certificate);
  checkIdentifier(signer, certificate, algorithms, say);
  if (digest && algorithm && signer.signed && !signatureMatches()) say('signature-wrong');
  // RFC 5280 §4.2.1.3: bits 0 digitalSignature, 1 nonRepudiation
  if (certificate.keyUsage && !certificate.keyUsage[0] && !certificate.keyUsage[1]) say('key-usage');

  const chain = buildChain(certificate, read.certificates, trust.anchors.flatMap(readAnchor), algorithms);
  verdict.chain = (chain ?? []).map(summary);
  if (!chain) say('untrusted', { issuer: nameText(certificate.issuer) });
  checkTimes(chain ?? [certificate], attributes?.signingTime, trust, now, say);
  if (withoutLegalForce(certificate)) say('no-legal-force');

  function signatureMatches(): boolean {
    try {
      return algorithm!.verify(certificate!.publicKey, signer!.signed!, signer!.signature, digest);
    } catch {
      return false;
    }
  }
}

/** RFC 5035 §5.4: the signed hash of the certificate keeps it from being exchanged for another one with the same key. */
function checkIdentifier(signer: ReadSigner, certificate: CertificateFacts, algorithms: Algorithms, say: Say): void {
  const id = signer.attributes?.certificateId;
  if (!id) return say('certificate-id-missing');
  const digest = algorithms.digests.get(id.digestOid);
  if (!digest) return say('unsupported-algorithm', { algorithm: id.digestOid });
  if (!Buffer.from(digest.digest(certificate.der)).equals(id.hash) || (id.serial !== undefined && id.serial !== certificate.serial)) say('certificate-id-mismatch');
}

/** Shell model at the stated signing time; 63-ФЗ article 11 judges as at that time only where it is proven, else as at today. */
function checkTimes(chain: readonly CertificateFacts[], signedAt: Date | undefined, trust: Trust, now: Date, say: Say): void {
  const at = signedAt ?? now;
  if (signedAt && signedAt.getTime() > now.getTime() + clockTolerance) say('time-in-future', { at: signedAt });
  for (const each of chain) {
    const name = nameText(each.subject);
    if (at < each.notBefore) say('certificate-not-yet-valid', { name, from: each.notBefore });
    else if (at > each.notAfter) say('certificate-expired', { name, to: each.notAfter });
    else if (now > each.notAfter) say('expired-since', { to: each.notAfter });
    const revoked = trust.revoked?.get(each.fingerprint);
    if (revoked && revoked <= at) say('certificate-revoked', { name, at: revoked });
    else if (revoked) say('revoked-since', { at: revoked });
  }
  if (signedAt) say('time-not-proven');
  if (!trust.revoked) say('revocation-not-checked');
}

function readAnchor(der: Uint8Array): CertificateFacts[] {
  try {
    return [readCertificate(der)];
  } catch {
    return [];
  }
}

function summary(certificate: CertificateFacts): CertificateSummary {
  const { serial, subject, issuer, notBefore, notAfter, fingerprint } = certificate;
  return { serial, subject, issuer, issuerText: nameText(issuer), notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString(), fingerprint };
}

export interface DocumentVerdict {
  verdict: SignatureVerdict['verdict'];
  documentSha256: string;
  signatures: SignatureVerdict[];
  /** What is wrong with the set of signatures as a whole. */
  findings: Finding[];
}

/** Judges a document with all its signatures: the worst of them decides. */
export function verifyDocument(bytes: Uint8Array, signatures: readonly Uint8Array[], trust: Trust, now: Date): DocumentVerdict {
  const judged = signatures.map((each) => verifySignature(bytes, each, trust, now));
  const findings: Finding[] = [];
  if (judged.length === 0) findings.push(finding('no-signatures'));
  const signers = judged.flatMap((each) => (each.certificate ? [each.certificate.fingerprint] : []));
  if (new Set(signers).size < signers.length) findings.push(finding('signature-twice'));
  const worst = findings.length > 0 || judged.some((each) => each.verdict === 'invalid') ? 'invalid' : judged.some((each) => each.verdict === 'undetermined') ? 'undetermined' : 'valid';
  return { verdict: worst, documentSha256: createHash('sha256').update(bytes).digest('hex'), signatures: judged, findings };
}
