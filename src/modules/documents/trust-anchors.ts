import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromPem, readCertificate, toPem } from './signature/certificate.ts';

/** Where the roots lie that this installation believes: `<data>/trust/*.pem`, put there by its administrator and by the test centre. */
export function readTrustAnchors(data: string): Uint8Array[] {
  const folder = join(data, 'trust');
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.pem')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names.flatMap((name) => fromPem(readFileSync(join(folder, name), 'utf8')));
}

/** Writes a root where {@link readTrustAnchors} finds it; the name tells one from another. */
export function saveTrustAnchor(data: string, certificate: Uint8Array): string {
  const folder = join(data, 'trust');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${readCertificate(certificate).fingerprint.slice(0, 16)}.pem`);
  writeFileSync(file, toPem(certificate));
  return file;
}
