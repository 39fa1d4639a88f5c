import { defineProblems } from '../../kernel/problem.ts';

export const documentProblems = defineProblems({
  'documents.no-master-key': {
    category: 'unavailable',
    ru: 'Подписывать нельзя: не указан файл главного ключа. Укажите его в KARTA_KEY_FILE и перезапустите Карту.',
    en: 'Signing is not possible: no master key file is named. Name it in KARTA_KEY_FILE and start Karta again.',
  },
  'documents.bad-master-key': {
    category: 'unavailable',
    ru: 'Файл главного ключа {file} не читается или короче 32 байт. Восстановите его из резервной копии.',
    en: 'The master key file {file} cannot be read or is shorter than 32 bytes. Restore it from its backup.',
  },
  'documents.other-master-key': {
    category: 'unavailable',
    ru: 'Ключ подписи закрыт другим главным ключом. Укажите в KARTA_KEY_FILE тот файл, с которым ключ был создан.',
    en: 'The signing key is wrapped with another master key. Name the file it was made with in KARTA_KEY_FILE.',
  },
  'documents.no-signing-key': {
    category: 'conflict',
    ru: 'Документ не подписан: у подписанта нет действующего ключа. Обратитесь к администратору за сертификатом.',
    en: 'The document is not signed: the signer has no key in force. Ask the administrator for a certificate.',
  },
  'documents.signature-refused': {
    category: 'conflict',
    ru: 'Документ не подписан: подпись не прошла проверку. {reason} Черновик сохранён, попробуйте подписать снова.',
    en: 'The document is not signed: the signature failed its check. {reason} The draft is kept, try to sign again.',
  },
  'documents.bytes-changed': {
    category: 'conflict',
    ru: 'Документ не подписан: его содержимое изменилось после подготовки. Откройте его снова, проверьте и подпишите.',
    en: 'The document is not signed: its content changed after it was prepared. Open it again, check it and sign.',
  },
  'documents.already-replaced': {
    category: 'conflict',
    ru: 'Документ не подписан: у исправляемого документа уже есть новая версия. Откройте её и исправьте её.',
    en: 'The document is not signed: the one it corrects already has a newer version. Open that one and correct it.',
  },
  'documents.not-a-document': {
    category: 'invalid',
    ru: 'Это не документ Карты: ожидается FHIR-документ (Bundle с Composition в начале).',
    en: 'This is not a document of Karta: an FHIR document is expected (a Bundle that begins with a Composition).',
  },
  'documents.no-file': {
    category: 'not-found',
    ru: 'У документа {document} нет сохранённого оригинала. Возможно, он уничтожен по акту.',
    en: 'The document {document} has no stored original. It may have been destroyed by act.',
  },
  'documents.upload-too-large': {
    category: 'too-large',
    ru: 'Файл слишком велик для проверки: больше {limit} МБ. Загрузите документ и его подпись отдельно или проверьте их командой openssl.',
    en: 'The file is too large to verify: more than {limit} MB. Upload the document and its signature alone, or verify them with openssl.',
  },
  'documents.upload-unreadable': {
    category: 'incorrect',
    ru: 'Архив не читается: он повреждён, защищён паролем или содержит слишком много файлов. Загрузите архив, скачанный из Карты, или документ с подписью.',
    en: 'The archive cannot be read: it is damaged, protected by a password or holds too many files. Upload an archive from Karta, or a document with its signature.',
  },
  'documents.upload-incomplete': {
    category: 'incorrect',
    ru: 'Не хватает файла: нужны документ и его подпись (.p7s) или архив, скачанный из Карты.',
    en: 'A file is missing: a document and its signature (.p7s) are needed, or an archive from Karta.',
  },
  'documents.not-yours-to-delay': {
    category: 'forbidden',
    ru: 'Отложить или открыть документ для пациента может врач, который его подписал, или врач той же организации. Обратитесь к автору документа.',
    en: 'Only the doctor who signed a document, or a doctor of the same organisation, may delay or release it for the patient. Ask its author.',
  },
  'documents.cannot-delay': {
    category: 'conflict',
    ru: 'Этот документ отложить нельзя: он заменён новой версией или не подписан в Карте. Откройте действующую версию.',
    en: 'This document cannot be delayed: it was replaced by a newer version or not signed in Karta. Open the version in force.',
  },
  'documents.delay-date': {
    category: 'incorrect',
    ru: 'Документ не отложен: день, когда он откроется пациенту, — от завтрашнего до {longest} дней вперёд. Выберите другую дату.',
    en: 'The document is not delayed: the day on which it opens must lie between tomorrow and {longest} days ahead. Choose another date.',
  },
  'documents.not-delayed': {
    category: 'conflict',
    ru: 'Открывать нечего: этот документ пациент уже видит.',
    en: 'There is nothing to release: the patient already sees this document.',
  },
  'documents.no-print': {
    category: 'not-found',
    ru: 'Такой печати этого документа нет. Нажмите «Напечатать…» и укажите причину.',
    en: 'There is no such printing of this document. Press “Print…” and give the reason.',
  },
});
