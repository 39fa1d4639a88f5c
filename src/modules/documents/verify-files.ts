import type { Language } from '../../kernel/problem.ts';
import { dateTime } from './signature/findings.ts';
import type { SignatureVerdict } from './signature/verify-signature.ts';
import type { FileVerdict } from './verify-upload.ts';

const words = {
  ru: {
    valid: 'ПОДПИСЬ ВЕРНА', undetermined: 'НЕ ПОДТВЕРЖДЕНО', invalid: 'ПОДПИСЬ НЕВЕРНА', document: 'Документ', hash: 'SHA-256', signature: 'Подпись', who: 'Кто', when: 'Когда', certificate: 'Сертификат', issuer: 'Выдан', term: 'Действует',
    over: 'Над хешем', by: 'Алгоритм', unproven: 'время не подтверждено', snils: 'СНИЛС', ogrn: 'ОГРН', fingerprint: 'Отпечаток',
  },
  en: {
    valid: 'VALID', undetermined: 'NOT CONFIRMED', invalid: 'NOT VALID', document: 'Document', hash: 'SHA-256', signature: 'Signature', who: 'Who', when: 'When', certificate: 'Certificate', issuer: 'Issued by', term: 'Valid',
    over: 'Over hash', by: 'Algorithm', unproven: 'time not proven', snils: 'SNILS', ogrn: 'OGRN', fingerprint: 'Fingerprint',
  },
} as const;

const sign = { valid: '✓', undetermined: '?', invalid: '✗' } as const;

/** A verdict for a terminal: who, when, which certificate, over which hash, and what is wrong. */
export function verdictText(verdict: FileVerdict, language: Language): string {
  const w = words[language];
  const lines = [`${sign[verdict.verdict]} ${w[verdict.verdict]}`, ...row(w.document, verdict.document), ...row(w.hash, verdict.documentSha256)];
  for (const each of verdict.findings) lines.push(`  ${sign.invalid} ${each[language]} [${each.code}]`);
  verdict.signatures.forEach((each, index) => {
    lines.push('', `  ${sign[each.verdict]} ${w.signature} ${index + 1}: ${verdict.signatureFiles[index]} — ${w[each.verdict]}`, ...signatureLines(each, language));
  });
  return `${lines.join('\n')}\n`;
}

const row = (name: string, value: string | undefined): string[] => (value ? [`  ${name.padEnd(12)} ${plain(value)}`] : []);

/** What stands in a certificate may hold control characters, which a terminal would obey. */
const plain = (value: string): string => value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');

function signatureLines({ signer, signedAt, certificate, digest, algorithm, findings }: SignatureVerdict, language: Language): string[] {
  const w = words[language];
  const numbers = [signer?.snils && `${w.snils} ${signer.snils}`, signer?.ogrn && `${w.ogrn} ${signer.ogrn}`].filter(Boolean).join(', ');
  return [
    ...row(w.who, signer && signer.text + (numbers ? ` (${numbers})` : '')),
    ...row(w.when, signedAt && `${dateTime(new Date(signedAt), language)} (${w.unproven})`),
    ...row(w.certificate, certificate?.serial.toUpperCase()),
    ...row(w.issuer, certificate?.issuerText),
    ...row(w.term, certificate && `${dateTime(new Date(certificate.notBefore), language)} — ${dateTime(new Date(certificate.notAfter), language)}`),
    ...row(w.fingerprint, certificate?.fingerprint),
    ...row(w.over, digest && `${digest.algorithm} ${digest.hex}`),
    ...row(w.by, algorithm),
    ...findings.map((each) => `  ${each.severity === 'note' ? '·' : sign[each.severity]} ${plain(each[language])} [${each.code}]`),
  ];
}
