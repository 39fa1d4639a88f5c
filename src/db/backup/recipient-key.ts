import { constants, createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Problem } from '../../kernel/problem.ts';

/** A data key that only the holder of the recipient's private key can open. */
export interface WrappedKey {
  method: 'x25519-hkdf-sha256-aes256gcm' | 'rsa-oaep-sha256';
  /** Public key made for this one backup, SPKI in base64; for X25519. */
  ephemeral?: string;
  /** The data key, encrypted; base64. */
  key: string;
}

const spki = { format: 'der', type: 'spki' } as const;

export function readRecipientKey(file: string): KeyObject {
  return suitable(file, () => createPublicKey(readFileSync(file)));
}

export function readOwnKey(file: string): KeyObject {
  return suitable(file, () => createPrivateKey(readFileSync(file)));
}

function suitable(file: string, read: () => KeyObject): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === 'x25519') return key;
    if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return key;
  } catch {
    // Unreadable or no key at all: refused in the same words.
  }
  throw new Problem('backup.unsuitable-key', { file });
}

/** One agreement, one wrapping key, one message: the zero nonce is never used twice (the construction of HPKE, RFC 9180 §5). */
function wrappingKey(own: KeyObject, other: KeyObject, ephemeral: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', diffieHellman({ privateKey: own, publicKey: other }), ephemeral, 'karta backup data key', 32));
}

const nonce = Buffer.alloc(12);

export function wrapKey(dataKey: Buffer, recipient: KeyObject): WrappedKey {
  if (recipient.asymmetricKeyType === 'rsa') {
    return { method: 'rsa-oaep-sha256', key: publicEncrypt({ key: recipient, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, dataKey).toString('base64') };
  }
  const pair = generateKeyPairSync('x25519');
  const ephemeral = pair.publicKey.export(spki);
  const cipher = createCipheriv('aes-256-gcm', wrappingKey(pair.privateKey, recipient, ephemeral), nonce);
  const key = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  return { method: 'x25519-hkdf-sha256-aes256gcm', ephemeral: ephemeral.toString('base64'), key: key.toString('base64') };
}

/** Throws `backup.wrong-key` where the key is not the recipient's. */
export function unwrapKey(wrapped: WrappedKey, own: KeyObject): Buffer {
  try {
    const key = Buffer.from(wrapped.key, 'base64');
    if (wrapped.method === 'rsa-oaep-sha256') return privateDecrypt({ key: own, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, key);
    const ephemeral = Buffer.from(wrapped.ephemeral ?? '', 'base64');
    const decipher = createDecipheriv('aes-256-gcm', wrappingKey(own, createPublicKey({ key: ephemeral, ...spki }), ephemeral), nonce);
    decipher.setAuthTag(key.subarray(-16));
    return Buffer.concat([decipher.update(key.subarray(0, -16)), decipher.final()]);
  } catch {
    throw new Problem('backup.wrong-key', {});
  }
}
