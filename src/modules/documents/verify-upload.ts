import { Unzip, UnzipInflate } from 'fflate';
import { Problem } from '../../kernel/problem.ts';
import './problems.ts';
import { verifyDocument, type DocumentVerdict, type Trust } from './signature/verify-signature.ts';

/** A file as it was uploaded or read from a disk. */
export interface GivenFile {
  name: string;
  bytes: Uint8Array;
}

export interface FileVerdict extends DocumentVerdict {
  /** The document's file name. */
  document: string;
  /** File names of its signatures, in the order of the verdicts. */
  signatureFiles: string[];
}

const megabyte = 1_048_576;
/** One upload, one unpacked archive, and the number of its files: more is no package of ours. */
export const uploadLimits = { bytes: 32 * megabyte, unpacked: 64 * megabyte, files: 100 } as const;

/**
 * Judges what somebody uploaded to the public page: a package of Karta, or documents with their signatures. Pure.
 * Certificates that come along are never believed. @throws Problem `documents.upload-*`
 */
export function verifyUpload(files: readonly GivenFile[], trust: Trust, now: Date): FileVerdict[] {
  const size = files.reduce((sum, each) => sum + each.bytes.byteLength, 0);
  if (size > uploadLimits.bytes) throw new Problem('documents.upload-too-large', { limit: uploadLimits.bytes / megabyte });
  return pairFiles(files.flatMap(unpack)).map(({ document, signatures }) => ({
    document: document.name,
    signatureFiles: signatures.map((each) => each.name),
    ...verifyDocument(document.bytes, signatures.map((each) => each.bytes), trust, now),
  }));
}

const isZip = ({ bytes }: GivenFile): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;

/**
 * An archive's files, or the file itself. What an archive says of its sizes may be a lie, so it is fed in small pieces and what comes
 * out is counted: a bomb ends at the limit, after some megabytes too many at worst.
 */
function unpack(file: GivenFile): GivenFile[] {
  if (!isZip(file)) return [file];
  const files: { name: string; parts: Uint8Array[]; whole: boolean }[] = [];
  let unpacked = 0;
  const archive = new Unzip((entry) => {
    if (files.length >= uploadLimits.files) throw tooLarge();
    const { name } = entry;
    const into = { name, parts: [] as Uint8Array[], whole: false };
    files.push(into);
    entry.ondata = (error, part, final) => {
      if (error) throw error;
      unpacked += part.byteLength;
      if (unpacked > uploadLimits.unpacked) throw tooLarge();
      into.parts.push(part);
      into.whole ||= final;
    };
    entry.start();
  });
  archive.register(UnzipInflate);
  try {
    for (let at = 0; at < file.bytes.byteLength; at += 16_384) archive.push(file.bytes.subarray(at, at + 16_384), at + 16_384 >= file.bytes.byteLength);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('documents.upload-unreadable');
  }
  if (files.length === 0 || files.some((each) => !each.whole)) throw new Problem('documents.upload-unreadable');
  return files.filter(({ name }) => !name.endsWith('/') && !name.startsWith('__MACOSX/')).map(({ name, parts }) => ({ name, bytes: new Uint8Array(Buffer.concat(parts)) }));
}

const tooLarge = (): Problem => new Problem('documents.upload-too-large', { limit: uploadLimits.unpacked / megabyte });

const isSignature = ({ name }: GivenFile): boolean => /\.(p7s|sig|sgn|p7m)$/i.test(name);
/** What lies beside a document in a package and is not one. */
const isAside = ({ name }: GivenFile): boolean => /(^|\/)(document\.html|checked\.json|[^/]*\.(pem|crt|cer|txt))$/i.test(name);

/**
 * Which signature belongs to which document: by name where a signature's name begins with the document's (`a.json`, `a.json.p7s`,
 * `a.json.2.p7s`, `a.p7s`), and all of them where there is only one document. @throws Problem `documents.upload-incomplete`
 */
export function pairFiles(files: readonly GivenFile[]): { document: GivenFile; signatures: GivenFile[] }[] {
  const signatures = files.filter(isSignature).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const documents = files.filter((each) => !isSignature(each) && !isAside(each));
  // a PDF, a page or a text may be the signed document itself, where nothing else is
  const candidates = documents.length > 0 ? documents : files.filter((each) => !isSignature(each) && !/\.(pem|crt|cer)$/i.test(each.name));
  if (signatures.length === 0 || candidates.length === 0) throw new Problem('documents.upload-incomplete');
  if (candidates.length === 1) return [{ document: candidates[0]!, signatures }];
  const stem = (name: string): string => name.replace(/\.[^./]+$/, '');
  const pairs = candidates.map((document) => ({ document, signatures: signatures.filter(({ name }) => name.startsWith(`${document.name}.`) || stem(name) === stem(document.name)) }));
  const paired = new Set(pairs.flatMap((each) => each.signatures));
  if (signatures.some((each) => !paired.has(each)) || pairs.some((each) => each.signatures.length === 0)) throw new Problem('documents.upload-incomplete');
  return pairs;
}
