import { Problem } from '../../kernel/problem.ts';
import { largestUpload, type VerifyAnswer } from './contract.ts';
import type { DocumentParts } from './document-parts.ts';
import './problems.ts';
import { verifyUpload, type GivenFile } from './verify-upload.ts';

/** Anybody may ask, without a session: nothing is stored, nothing is noted. The bytes are an archive, or files by name. */
export async function verifyPosted(parts: DocumentParts, body: Uint8Array | { files: readonly { name: string; base64: string }[] }, now: Date): Promise<VerifyAnswer> {
  const files: GivenFile[] = body instanceof Uint8Array ? [{ name: 'archive.zip', bytes: body }] : body.files.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') }));
  if (files.reduce((sum, each) => sum + each.bytes.byteLength, 0) > largestUpload) throw new Problem('documents.upload-too-large', { limit: largestUpload / 1_048_576 });
  return verifyUpload(files, await parts.trust(), now);
}
