import { hash, verify } from 'argon2';
import { hash as digest, randomBytes } from 'node:crypto';

/** Second recommended option of RFC 9106 §4, brought to OWASP's least memory: about 25 ms on one core. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export function hashSecret(secret: string): Promise<string> {
  return hash(secret, cost);
}

let nobody: Promise<string> | undefined;

/** Takes the same time where there is no such account: a hash of nothing is verified instead. */
export async function verifySecret(stored: string | undefined | null, secret: string): Promise<boolean> {
  nobody ??= hashSecret(randomBytes(16).toString('hex'));
  const right = await verify(stored ?? (await nobody), secret);
  return right && typeof stored === 'string';
}

/** 256 random bits for a cookie, a link: 43 characters of base64url. */
export function drawToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What was drawn at random needs no slow hash. */
export function tokenHash(token: string): Buffer {
  return digest('sha256', token, 'buffer');
}
