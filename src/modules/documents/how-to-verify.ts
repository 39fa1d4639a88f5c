import type { Language } from '../../kernel/problem.ts';

/** The name of the original inside a package, and of the file that holds the root certificate. */
export const originalName = 'original.json';
export const rootName = 'certificates/root.pem';

/** The one command that verifies a signature with no code of Karta. It writes the checked bytes to a file, so that nothing floods the screen. */
export function opensslLine(signature: string, original: string = originalName, root: string = rootName): string {
  return `openssl cms -verify -binary -inform DER -in ${signature} -content ${original} -CAfile ${root} -purpose any -out checked.json`;
}

const text = {
  ru: (lines: string, root: string) => `КАК ПРОВЕРИТЬ ЭТОТ ДОКУМЕНТ

Что лежит в архиве
  ${originalName.padEnd(16)} подлинник: именно эти байты подписаны. Не меняйте и не пересохраняйте его.
  document.html    тот же документ для чтения и печати. Сам по себе он не подписан.
  signatures/      подписи, по файлу на каждую (CMS, CAdES-BES, отсоединённые).
  certificates/    сертификаты подписавших и удостоверяющего центра.

Проверить без Карты
Откройте терминал в папке архива и выполните (нужен OpenSSL 1.1.1 или новее):

${lines}

«CMS Verification successful» значит: документ не менялся после подписания, и его подписал владелец
сертификата, которому сертификат выдал центр из файла ${rootName}.
Любой другой ответ значит, что документу верить нельзя или что срок сертификата истёк. Для истёкшего
сертификата добавьте в конец команды -attime и время подписания в секундах с 1970 года.

Кому верить
Файл ${rootName} лежит в архиве для удобства. Он доказывает что-либо, только если вы получили его же из
источника, которому доверяете. Отпечаток (SHA-256):
  ${root}
Посмотреть отпечаток: openssl x509 -in ${rootName} -noout -fingerprint -sha256

Проверить в Карте
Загрузите этот архив целиком на страницу «Проверить подпись» или выполните: karta verify АРХИВ.zip

О времени
Время в подписи взято с часов подписавшего и независимо не подтверждено.
Если в сертификате сказано «без юридической силы», подпись тестовая и ничего не доказывает.
`,
  en: (lines: string, root: string) => `HOW TO VERIFY THIS DOCUMENT

What is in the archive
  ${originalName.padEnd(16)} the original: exactly these bytes are signed. Do not change it or save it again.
  document.html    the same document, for reading and printing. It is not signed itself.
  signatures/      the signatures, a file each (CMS, CAdES-BES, detached).
  certificates/    the certificates of the signers and of the authority.

Without Karta
Open a terminal in the folder of the archive and run (OpenSSL 1.1.1 or later):

${lines}

“CMS Verification successful” means: the document has not changed since it was signed, and it was signed by the
owner of the certificate, who was certified by the authority in ${rootName}.
Any other answer means that the document cannot be believed, or that the certificate has expired. For an expired
certificate add -attime and the signing time in seconds since 1970.

Whom to believe
${rootName} is in the archive for convenience. It proves something only if you got the same file from a source that
you trust. Its fingerprint (SHA-256):
  ${root}
To see a fingerprint: openssl x509 -in ${rootName} -noout -fingerprint -sha256

With Karta
Upload the whole archive on the page “Verify a signature”, or run: karta verify ARCHIVE.zip

On time
The time in the signature comes from the signer’s clock and is not independently proven.
Where a certificate says «без юридической силы» (no legal force), the signature is a test and proves nothing.
`,
};

/** The short how-to that lies in each package. `fingerprint`: SHA-256 of the root, hexadecimal. */
export function howToVerify(signatures: readonly string[], fingerprint: string, language: Language): string {
  const lines = signatures.map((each) => `  ${opensslLine(each)}`).join('\n');
  return text[language](lines, fingerprint.toUpperCase().replace(/..(?=.)/g, '$&:'));
}
