import type { Language } from '../../kernel/problem.ts';

/** Words of the printed document. */
export const renderWords = {
  ru: {
    patient: 'Пациент', born: 'Дата рождения', sex: 'Пол', male: 'мужской', female: 'женский', snils: 'СНИЛС', policy: 'Полис ОМС', card: 'Карта №', author: 'Врач', with: 'Также вели запись', date: 'Дата и время',
    ogrn: 'ОГРН', inn: 'ИНН', place: 'Место оказания помощи', signed: 'Документ подписан электронной подписью', signedBadly: 'Подпись недействительна', signedUnsurely: 'Подпись цела, но не подтверждена',
    unsigned: 'Документ не подписан', unsignedNote: 'Это черновик: до подписания он не имеет силы.', certificate: 'Сертификат', owner: 'Владелец', valid: 'Действителен', from: 'с', to: 'по', when: 'Подписано', unproven: 'время не подтверждено',
    test: 'Тестовый сертификат — без юридической силы', doctor: 'Подпись врача', organisation: 'Подпись организации', signature: 'Подпись', superseded: 'Заменён новой версией', supersededNote: 'У этого документа есть более новая версия. Пользуйтесь ею.',
    corrects: 'Исправленная версия', correctsNote: 'Заменяет документ', copy: 'Это изображение электронного документа для чтения и печати. Подлинник — файл', copyEnd: 'подписан именно он.', hash: 'Хеш подлинника (SHA-256)', restricted: 'Особая конфиденциальность', copyOf: 'Копия электронного документа', printedBy: 'Печать', reason: 'Причина', number: 'Номер документа', identifier: 'Идентификатор',
  },
  en: {
    patient: 'Patient', born: 'Date of birth', sex: 'Sex', male: 'male', female: 'female', snils: 'SNILS', policy: 'Insurance policy', card: 'Card no.', author: 'Doctor', with: 'Also wrote', date: 'Date and time',
    ogrn: 'OGRN', inn: 'INN', place: 'Place of care', signed: 'Signed electronically', signedBadly: 'The signature is not valid', signedUnsurely: 'The signature is whole but not confirmed',
    unsigned: 'Not signed', unsignedNote: 'This is a draft: it has no force until it is signed.', certificate: 'Certificate', owner: 'Owner', valid: 'Valid', from: 'from', to: 'to', when: 'Signed', unproven: 'time not proven',
    test: 'Test certificate — no legal force', doctor: 'Doctor’s signature', organisation: 'Organisation’s signature', signature: 'Signature', superseded: 'Replaced by a newer version', supersededNote: 'There is a newer version of this document. Use that one.',
    corrects: 'Corrected version', correctsNote: 'Replaces the document', copy: 'This is an image of an electronic document, for reading and printing. The original is the file', copyEnd: 'that file is what was signed.', hash: 'Hash of the original (SHA-256)', restricted: 'Special confidentiality', copyOf: 'Copy of an electronic document', printedBy: 'Printed by', reason: 'Reason', number: 'Document number', identifier: 'Identifier',
  },
} as const satisfies Record<Language, Record<string, string>>;

/** Spaces that must not break: before units and dashes, after short words and initials. Works on clean HTML without attributes that hold text. */
export function setSpaces(html: string, language: Language): string {
  const nbsp = '\u00a0';
  const units = html
    .replace(/(\d) (?=(?:мг|мкг|г|кг|мл|л|мм|см|м|ммоль|мкмоль|уд|МЕ|ЕД|лет|год|года|раз|раза|мин|ч|сут|таб|капс|дн|день|дня|дней|нед|недел[яюиь]|мес|месяц|месяца|месяцев|минут[аыу]?|час|часа|часов|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|mg|mcg|g|kg|ml|mm|cm|mmol|bpm|min|days?|weeks?|months?|years?|times)(?![а-яёa-z]))/gi, `$1${nbsp}`)
    .replace(/ (?=[—–] )/g, nbsp)
    .replace(/(№) (?=\d)|(мм) (?=рт\.)|(рт\.) (?=ст)/g, (found) => found.replace(' ', nbsp));
  if (language === 'en') return units;
  return units
    .replace(/(?<![а-яёА-ЯЁ])([А-ЯЁ]\.) (?=[А-ЯЁ])/g, `$1${nbsp}`)
    .replace(/(?<![а-яёА-ЯЁ])(в|во|к|ко|с|со|о|об|у|и|а|но|на|по|за|от|до|не|ни|из|без|для|при|под|над) (?=\S)/gi, `$1${nbsp}`);
}

export function dateText(value: string | undefined, language: Language): string {
  if (!value || !/^\d{4}-\d{2}-\d{2}/.test(value)) return value ?? '';
  return dateParts(new Date(`${value.slice(0, 10)}T12:00:00Z`), language, 'UTC', false);
}

export function timeText(value: string | undefined, language: Language, zone: string): string {
  const at = new Date(value ?? '');
  return Number.isNaN(at.getTime()) ? '' : dateParts(at, language, zone, true);
}

function dateParts(at: Date, language: Language, zone: string, time: boolean): string {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  const day = new Intl.DateTimeFormat(locale, { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' }).format(at).replace(/ г\.$/, '');
  return (time ? `${day}, ${new Intl.DateTimeFormat(locale, { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at).replace(/^0(?=\d:)/, '')}` : day).replace(/ /g, '\u00a0');
}

/** Age at a day in the unit that matters: 7 мес., 21 год, 67 лет. */
export function ageText(born: string | undefined, at: string | undefined, language: Language): string {
  if (!born || !at || !/^\d{4}-\d{2}-\d{2}/.test(born) || !/^\d{4}-\d{2}-\d{2}/.test(at)) return '';
  const months = (Number(at.slice(0, 4)) - Number(born.slice(0, 4))) * 12 + Number(at.slice(5, 7)) - Number(born.slice(5, 7)) - (at.slice(8, 10) < born.slice(8, 10) ? 1 : 0);
  if (months < 0) return '';
  if (months < 12) return language === 'ru' ? `${months}\u00a0мес.` : `${months}\u00a0${months === 1 ? 'month' : 'months'}`;
  const years = Math.floor(months / 12);
  if (language === 'en') return `${years}\u00a0${years === 1 ? 'year' : 'years'}`;
  return `${years}\u00a0${{ one: 'год', few: 'года', many: 'лет', other: 'года', zero: 'лет', two: 'года' }[new Intl.PluralRules('ru').select(years)]}`;
}
