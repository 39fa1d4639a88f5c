import type { Algorithms } from './algorithms.ts';
import type { CertificateFacts } from './certificate.ts';

/** Certificates from the signer's to the trusted root, or undefined where no way leads there. */
export function buildChain(
  signer: CertificateFacts, embedded: readonly CertificateFacts[], anchors: readonly CertificateFacts[], algorithms: Algorithms,
): CertificateFacts[] | undefined {
  const trusted = new Set(anchors.map((each) => each.fingerprint));
  // a search over at most 32 + anchors certificates, eight deep: the count keeps hostile webs of certificates from costing time
  let checks = 0;
  const walk = (path: CertificateFacts[]): CertificateFacts[] | undefined => {
    const last = path.at(-1)!;
    if (trusted.has(last.fingerprint)) return path;
    if (path.length >= 8) return undefined;
    for (const issuer of [...anchors, ...embedded]) {
      if (path.includes(issuer) || issuer.subjectDer !== last.issuerDer || !mayIssue(issuer, path.length - 1)) continue;
      if (++checks > 64) return undefined;
      if (!isIssuedBy(last, issuer, algorithms)) continue;
      const found = walk([...path, issuer]);
      if (found) return found;
    }
    return undefined;
  };
  return signer.unknownCritical.length > 0 ? undefined : walk([signer]);
}

/** RFC 5280 §6.1.4: a CA by basicConstraints, keyCertSign where keyUsage stands, path length kept, nothing critical unknown. */
function mayIssue(issuer: CertificateFacts, authoritiesBelow: number): boolean {
  return issuer.authority && issuer.keyUsage?.[5] !== false && (issuer.pathLength ?? 8) >= authoritiesBelow && issuer.unknownCritical.length === 0;
}

function isIssuedBy(certificate: CertificateFacts, issuer: CertificateFacts, algorithms: Algorithms): boolean {
  try {
    return algorithms.signatures.get(certificate.signatureOid)?.verify(issuer.publicKey, certificate.tbs, certificate.signature, undefined) === true;
  } catch {
    return false;
  }
}
