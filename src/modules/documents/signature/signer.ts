import { sign, type KeyObject } from 'node:crypto';
import { sha256, type KeyKind } from './algorithms.ts';
import { createSignature } from './create-signature.ts';
import type { IssuedKey } from './authority.ts';

/**
 * Whoever can sign: the server's key store today; a browser plug-in (CryptoPro, Rutoken) or a device tomorrow. It may take its
 * time, so nobody calls it inside a transaction.
 */
export interface Signer {
  /** DER of the signer's certificate. */
  certificate(): Promise<Uint8Array>;
  /** DER of the issuers, the nearest first. */
  chain(): Promise<Uint8Array[]>;
  /** A detached CMS SignedData (CAdES-BES), DER, over exactly these bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** The raw signature of a key that Karta holds. */
export function signWith(privateKey: KeyObject, attributes: Uint8Array): Uint8Array {
  return sign('sha256', attributes, privateKey.asymmetricKeyType === 'ec' ? { key: privateKey, dsaEncoding: 'der' } : privateKey);
}

/** A signer over a key at hand. */
export function keySigner(key: Omit<IssuedKey, 'kind'> & { kind: KeyKind }, now: () => Date): Signer {
  return {
    certificate: () => Promise.resolve(key.certificate),
    chain: () => Promise.resolve(key.chain),
    sign: (bytes) =>
      createSignature({
        digest: sha256.digest(bytes), certificate: key.certificate, chain: key.chain, kind: key.kind, signingTime: now(),
        sign: (attributes) => Promise.resolve(signWith(key.privateKey, attributes)),
      }),
  };
}
