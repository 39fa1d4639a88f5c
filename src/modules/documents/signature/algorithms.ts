import { constants, createHash, createPublicKey, verify } from 'node:crypto';

/**
 * Algorithms by OID. Creating and verifying ask this registry and name no algorithm themselves, so that GOST R 34.10-2012
 * (1.2.643.7.1.1.3.2 over 1.2.643.7.1.1.2.2) comes as two more entries.
 */
export interface DigestAlgorithm {
  oid: string;
  name: string;
  digest(bytes: Uint8Array): Uint8Array;
}

export interface SignatureAlgorithm {
  oid: string;
  name: string;
  /**
   * Whether `signature` is right over `signed`.
   * @param publicKey SubjectPublicKeyInfo, DER
   * @param digest digest of the SignerInfo, for algorithms whose OID names none (rsaEncryption)
   * @throws whatever the key makes the library throw; the caller counts it as a wrong signature
   */
  verify(publicKey: Uint8Array, signed: Uint8Array, signature: Uint8Array, digest: DigestAlgorithm | undefined): boolean;
}

export interface Algorithms {
  readonly digests: ReadonlyMap<string, DigestAlgorithm>;
  readonly signatures: ReadonlyMap<string, SignatureAlgorithm>;
}

const hash = (oid: string, name: string): DigestAlgorithm => ({ oid, name, digest: (bytes) => createHash(name).update(bytes).digest() });

export const sha256 = hash('2.16.840.1.101.3.4.2.1', 'SHA-256');
const sha384 = hash('2.16.840.1.101.3.4.2.2', 'SHA-384');
const sha512 = hash('2.16.840.1.101.3.4.2.3', 'SHA-512');

function rsa(oid: string, name: string, own?: DigestAlgorithm): SignatureAlgorithm {
  return {
    oid, name,
    verify(publicKey, signed, signature, digest) {
      const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
      // NIST SP 800-131A: RSA keys below 2048 bits prove nothing today
      if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return false;
      const by = own ?? digest;
      return by !== undefined && verify(by.name, signed, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
    },
  };
}

function ecdsa(oid: string, own: DigestAlgorithm): SignatureAlgorithm {
  return {
    oid, name: `ECDSA ${own.name}`,
    verify(publicKey, signed, signature) {
      const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
      return key.asymmetricKeyType === 'ec' && verify(own.name, signed, { key, dsaEncoding: 'der' }, signature);
    },
  };
}

const byOid = <A extends { oid: string }>(...algorithms: A[]): ReadonlyMap<string, A> => new Map(algorithms.map((algorithm) => [algorithm.oid, algorithm]));

/** RSA PKCS #1 v1.5 (RFC 3370 §3.2, RFC 5754 §3.2) and ECDSA (RFC 5753, RFC 5754 §3.3), each with SHA-2. SHA-1 is not taken. */
export const standardAlgorithms: Algorithms = {
  digests: byOid(sha256, sha384, sha512),
  signatures: byOid(
    rsa('1.2.840.113549.1.1.1', 'RSA'),
    rsa('1.2.840.113549.1.1.11', 'RSA SHA-256', sha256),
    rsa('1.2.840.113549.1.1.12', 'RSA SHA-384', sha384),
    rsa('1.2.840.113549.1.1.13', 'RSA SHA-512', sha512),
    ecdsa('1.2.840.10045.4.3.2', sha256),
    ecdsa('1.2.840.10045.4.3.3', sha384),
    ecdsa('1.2.840.10045.4.3.4', sha512),
  ),
};

/** Kinds of key that Karta makes itself, with the OID of their signatures. */
export const keyKinds = {
  'ecdsa-p256': { signature: '1.2.840.10045.4.3.2', parameters: false },
  'rsa-2048': { signature: '1.2.840.113549.1.1.11', parameters: true },
} as const;

export type KeyKind = keyof typeof keyKinds;
