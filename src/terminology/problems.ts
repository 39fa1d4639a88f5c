import { defineProblems } from '../kernel/problem.ts';

export const terminologyProblems = defineProblems({
  'terminology.not-a-dictionary': {
    category: 'incorrect',
    ru: 'Файл {file} не похож на справочник НСИ: нет паспорта с OID, версией и полями. Скачайте паспорт и части справочника заново.',
    en: 'The file {file} does not look like an NSI dictionary: there is no passport with OID, version and fields. Download the passport and its parts again.',
  },
  'terminology.rows-missing': {
    category: 'invalid',
    ru: 'Справочник {oid} версии {version} неполон: по паспорту {expected} строк, в файлах {found}. Положите рядом все части этой версии.',
    en: 'Dictionary {oid} version {version} is incomplete: its passport tells of {expected} rows, the files hold {found}. Put all parts of this version together.',
  },
  'terminology.column-unknown': {
    category: 'unsupported',
    ru: 'В справочнике {oid} не найден столбец: {column}. Структура справочника изменилась, нужна запись о нём в перечне столбцов.',
    en: 'Dictionary {oid} has no column for: {column}. Its structure has changed; it needs an entry in the list of columns.',
  },
  'terminology.rows-doubled': {
    category: 'invalid',
    ru: 'В справочнике {oid} версии {version} ключ {key} встречается дважды. Проверьте, не попала ли одна часть в список два раза.',
    en: 'Dictionary {oid} version {version} holds the key {key} twice. Check whether one part was given two times.',
  },
});
