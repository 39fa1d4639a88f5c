import { createHash } from 'node:crypto';
import type { Bundle } from '@medplum/fhirtypes';
import { strToU8, zipSync, type Zippable } from 'fflate';
import type { Language } from '../../kernel/problem.ts';
import { howToVerify, originalName } from './how-to-verify.ts';
import { renderDocument, type Stamp } from './render-document.ts';
import { toPem } from './signature/certificate.ts';
import { verifySignature, type Trust } from './signature/verify-signature.ts';

export interface PackageInput {
  /** The exact bytes of the original. */
  bytes: Uint8Array;
  signatures: readonly { role: 'doctor' | 'organisation'; bytes: Uint8Array; certificate: Uint8Array }[];
  /** Issuers of the signers' certificates but for the root. */
  intermediates?: readonly Uint8Array[];
  /** The root to verify with. */
  root: Uint8Array;
  trust: Trust;
  now: Date;
  language: Language;
  superseded?: boolean;
  font?: string;
}

/** The archive that a patient takes away: original, rendering, signatures, certificates, and how to verify without Karta. */
export function packageDocument(input: PackageInput): { name: string; bytes: Uint8Array } {
  const { bytes, signatures, language, now } = input;
  const bundle = JSON.parse(new TextDecoder().decode(bytes)) as Bundle;
  const stamps: Stamp[] = signatures.map(({ role, bytes: signature }) => ({ role, verdict: verifySignature(bytes, signature, input.trust, now) }));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const names = signatures.map(({ role }, index) => `${index + 1}-${role}`);
  const html = renderDocument(bundle, {
    language, stamps, sha256, fileName: originalName, ...(input.superseded ? { superseded: true } : {}), ...(input.font ? { font: input.font } : {}),
  });
  const files: Zippable = { [originalName]: bytes, 'document.html': strToU8(html) };
  signatures.forEach((each, index) => {
    files[`signatures/${names[index]}.p7s`] = [each.bytes, { level: 0 }];
    files[`certificates/${names[index]}.pem`] = strToU8(toPem(each.certificate));
  });
  input.intermediates?.forEach((each, index) => {
    files[`certificates/issuer-${index + 1}.pem`] = strToU8(toPem(each));
  });
  files['certificates/root.pem'] = strToU8(toPem(input.root));
  const howTo = (each: Language): Uint8Array => strToU8(`\ufeff${howToVerify(names.map((name) => `signatures/${name}.p7s`), createHash('sha256').update(input.root).digest('hex'), each).replace(/\n/g, '\r\n')}`);
  files['КАК-ПРОВЕРИТЬ.txt'] = howTo('ru');
  files['HOW-TO-VERIFY.txt'] = howTo('en');
  return { name: packageName(bundle), bytes: zipSync(files, { mtime: now }) };
}

const latin: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'e', ж: 'zh', з: 'z', и: 'i', й: 'j', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f',
  х: 'h', ц: 'c', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya',
};

/** Kind and date, nothing of the patient: `protokol-konsultacii-2026-11-21.zip`. Latin, since names travel through mail and old archivers. */
export function packageName(bundle: Bundle): string {
  const composition = bundle.entry?.[0]?.resource;
  const kind = composition?.resourceType === 'Composition' ? (composition.type?.text ?? 'document') : 'document';
  const slug = kind.toLowerCase().replace(/[а-яё]/g, (letter) => latin[letter]!).replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
  const day = composition?.resourceType === 'Composition' ? composition.date.slice(0, 10) : '';
  return [slug || 'document', /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined].filter(Boolean).join('-') + '.zip';
}
