import type { Language } from '../../../kernel/problem.ts';

/**
 * What can be said about a signature. `invalid`: it proves nothing. `undetermined`: it is whole, but we cannot tell whether its
 * certificate may be believed (ETSI EN 319 102-1 §5.1.3, INDETERMINATE). `note`: what a reader should know of a good one.
 * Codes are stable: integrators and tests rely on them.
 */
export const findingDefinitions = {
  'malformed': { severity: 'invalid', ru: 'Файл подписи повреждён или это не подпись в формате CMS (DER).', en: 'The signature file is damaged or is not a CMS signature (DER).' },
  'too-large': { severity: 'invalid', ru: 'Файл подписи слишком велик: подпись занимает несколько килобайт.', en: 'The signature file is too large: a signature takes a few kilobytes.' },
  'trailing-bytes': { severity: 'invalid', ru: 'После подписи в файле есть лишние байты: файл изменён.', en: 'There are extra bytes after the signature: the file has been changed.' },
  'not-detached': { severity: 'invalid', ru: 'Подпись содержит документ внутри себя. Нужна отсоединённая подпись.', en: 'The signature carries a document inside. A detached signature is needed.' },
  'no-signer': { severity: 'invalid', ru: 'В файле подписи нет ни одной подписи.', en: 'There is no signature in the signature file.' },
  'several-signers': { severity: 'invalid', ru: 'В одном файле подписи несколько подписей; допускается ровно одна.', en: 'There are several signatures in one file; exactly one is allowed.' },
  'no-signed-attributes': { severity: 'invalid', ru: 'В подписи нет подписанных атрибутов: это не CAdES.', en: 'The signature has no signed attributes: it is not CAdES.' },
  'attributes-malformed': { severity: 'invalid', ru: 'Подписанные атрибуты повторяются, не полны или не читаются.', en: 'The signed attributes are repeated, incomplete or unreadable.' },
  'no-signing-time': { severity: 'invalid', ru: 'В подписи нет времени подписания.', en: 'The signature has no signing time.' },
  'no-certificate': { severity: 'invalid', ru: 'В подпись не вложен сертификат подписавшего.', en: 'The signer’s certificate is not embedded in the signature.' },
  'certificate-id-missing': { severity: 'invalid', ru: 'В подписи нет указания на сертификат (signingCertificateV2): его могли подменить.', en: 'The signature does not name its certificate (signingCertificateV2): it could have been exchanged.' },
  'certificate-id-mismatch': { severity: 'invalid', ru: 'Подпись указывает на другой сертификат, чем вложенный (signingCertificateV2).', en: 'The signature names another certificate than the embedded one (signingCertificateV2).' },
  'unsupported-algorithm': { severity: 'invalid', ru: 'Алгоритм не поддерживается: {algorithm}.', en: 'The algorithm is not supported: {algorithm}.' },
  'wrong-hash': { severity: 'invalid', ru: 'Документ не тот, что был подписан: его хеш не совпадает. Он изменён или это другой документ.', en: 'This is not the document that was signed: its hash differs. It has been changed or is another document.' },
  'signature-wrong': { severity: 'invalid', ru: 'Подпись не сходится с ключом сертификата: подпись или её атрибуты изменены.', en: 'The signature does not match the certificate’s key: the signature or its attributes have been changed.' },
  'key-usage': { severity: 'invalid', ru: 'Сертификат не предназначен для подписи документов.', en: 'The certificate is not meant for signing documents.' },
  'certificate-not-yet-valid': { severity: 'invalid', ru: 'В момент подписания сертификат ещё не действовал: {name}, действует с {from}.', en: 'The certificate was not yet valid when the document was signed: {name}, valid from {from}.' },
  'certificate-expired': { severity: 'invalid', ru: 'В момент подписания срок сертификата уже истёк: {name}, действовал до {to}.', en: 'The certificate had expired when the document was signed: {name}, valid to {to}.' },
  'certificate-revoked': { severity: 'invalid', ru: 'Сертификат отозван до подписания: {name}, {at}.', en: 'The certificate had been revoked before the document was signed: {name}, {at}.' },
  'time-in-future': { severity: 'invalid', ru: 'Время подписания ещё не наступило: {at}.', en: 'The signing time lies in the future: {at}.' },
  'signature-twice': { severity: 'invalid', ru: 'Один и тот же сертификат подписал документ дважды.', en: 'The same certificate signed the document twice.' },
  'no-signatures': { severity: 'invalid', ru: 'У документа нет ни одной подписи.', en: 'The document has no signature.' },
  'untrusted': { severity: 'undetermined', ru: 'Цепочка сертификатов не ведёт к удостоверяющему центру, которому доверяет проверяющий. Издатель: {issuer}.', en: 'The chain of certificates does not end at an authority that the verifier trusts. Issuer: {issuer}.' },
  'revoked-since': { severity: 'undetermined', ru: 'Сертификат отозван после указанного времени подписания ({at}), а само время не подтверждено.', en: 'The certificate was revoked after the stated signing time ({at}), and that time is not proven.' },
  'expired-since': { severity: 'undetermined', ru: 'Срок сертификата истёк после указанного времени подписания ({to}), а само время не подтверждено.', en: 'The certificate expired after the stated signing time ({to}), and that time is not proven.' },
  'time-not-proven': { severity: 'note', ru: 'Время не подтверждено: оно взято с часов подписавшего, метки времени нет.', en: 'The time is not proven: it comes from the signer’s clock, there is no timestamp.' },
  'revocation-not-checked': { severity: 'note', ru: 'Отзыв сертификата не проверялся: нет списка отозванных.', en: 'Revocation was not checked: there is no revocation list.' },
  'no-legal-force': { severity: 'note', ru: 'Тестовый сертификат: подпись не имеет юридической силы.', en: 'A test certificate: the signature has no legal force.' },
} as const satisfies Record<string, { severity: Severity; ru: string; en: string }>;

export type Severity = 'invalid' | 'undetermined' | 'note';
export type FindingCode = keyof typeof findingDefinitions;

export interface Finding {
  code: FindingCode;
  severity: Severity;
  ru: string;
  en: string;
}

export function finding(code: FindingCode, details: Partial<Record<string, string | Date>> = {}): Finding {
  const { severity, ru, en } = findingDefinitions[code];
  const fill = (text: string, language: Language): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = details[name];
      return value instanceof Date ? dateTime(value, language) : (value ?? '—');
    });
  return { code, severity, ru: fill(ru, 'ru'), en: fill(en, 'en') };
}

const formats = {
  ru: new Intl.DateTimeFormat('ru-RU', { timeZone: 'UTC', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: '2-digit', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }),
};

/** In UTC, and says so: whoever verifies sits in any zone. */
export function dateTime(at: Date, language: Language): string {
  return Number.isNaN(at.getTime()) ? '—' : `${formats[language].format(at)} UTC`;
}
