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
  'terminology.rows-in-circle': {
    category: 'invalid',
    ru: 'В справочнике {oid} версии {version} строка {key} стоит сама над собой. Скачайте справочник заново.',
    en: 'In dictionary {oid} version {version} the row {key} stands above itself. Download the dictionary again.',
  },
  'terminology.unknown-value-set': {
    category: 'not-found',
    ru: 'Набор значений {url} здесь неизвестен. Сохраните его как ValueSet или загрузите справочник.',
    en: 'The value set {url} is not known here. Store it as a ValueSet or import its dictionary.',
  },
  'terminology.unknown-system': {
    category: 'not-found',
    ru: 'Система кодирования {system} здесь неизвестна: её кодов на сервере нет. Загрузите справочник или сохраните CodeSystem.',
    en: 'The code system {system} is not known here: the server does not hold its codes. Import its dictionary or store a CodeSystem.',
  },
  'terminology.unknown-code': {
    category: 'not-found',
    ru: 'Кода {code} нет в системе {system} версии {version}.',
    en: 'The code {code} is not in the system {system}, version {version}.',
  },
  'terminology.unknown-map': {
    category: 'not-found',
    ru: 'Таблица соответствия не найдена: {url}. Сохраните её как ConceptMap.',
    en: 'The concept map was not found: {url}. Store it as a ConceptMap.',
  },
  'terminology.not-enumerable': {
    category: 'too-costly',
    ru: 'Коды системы {system} нельзя перечислить: их бесконечно много. Отдельный код проверяет $validate-code.',
    en: 'The codes of {system} cannot be listed: there is no end of them. A single code is checked by $validate-code.',
  },
  'terminology.too-costly': {
    category: 'too-costly',
    ru: 'В наборе {url} больше {limit} кодов, столько в одном ответе не отдаётся. Укажите filter или count (не больше {limit}) и offset.',
    en: 'The value set {url} has more than {limit} codes, which one answer does not carry. Give filter, or count (at most {limit}) and offset.',
  },
  'terminology.too-deep': {
    category: 'too-costly',
    ru: 'Наборы значений ссылаются друг на друга глубже {limit} уровней или по кругу: {url}.',
    en: 'Value sets refer to each other more than {limit} levels deep, or in a circle: {url}.',
  },
  'terminology.bad-filter': {
    category: 'invalid',
    ru: 'Условие набора значений не понято: {property} {op} {value}.',
    en: 'The filter of the value set is not understood: {property} {op} {value}.',
  },
  'terminology.bad-parameter': {
    category: 'incorrect',
    ru: 'Параметр {name} не подходит: {given}. Ожидается: {expected}.',
    en: 'The parameter {name} does not fit: {given}. Expected: {expected}.',
  },
  'terminology.parameter-missing': {
    category: 'incorrect',
    ru: 'Не хватает параметра: {names}.',
    en: 'A parameter is missing: {names}.',
  },
  'terminology.not-allowed': {
    category: 'forbidden',
    ru: 'Этот доступ не открывает справочники ({type}).',
    en: 'This access does not open terminology ({type}).',
  },
  'terminology.not-a-member': {
    category: 'invalid',
    ru: 'Код {code} не входит в набор значений {url}.',
    en: 'The code {code} is not in the value set {url}.',
  },
  'terminology.abstract-code': {
    category: 'invalid',
    ru: 'Код {code} только объединяет другие и сам не выбирается.',
    en: 'The code {code} only groups others and is not chosen itself.',
  },
  'terminology.inactive-code': {
    category: 'invalid',
    ru: 'Код {code} выведен из действия.',
    en: 'The code {code} is out of force.',
  },
  'terminology.wrong-display': {
    category: 'invalid',
    ru: 'Название «{given}» не подходит к коду, верно: «{display}».',
    en: 'The display “{given}” is not that of the code, which is “{display}”.',
  },
  'terminology.no-translation': {
    category: 'invalid',
    ru: 'Соответствие для {code} не найдено.',
    en: 'No translation was found for {code}.',
  },
  'terminology.bad-body': {
    category: 'invalid',
    ru: 'Тело запроса построено не по FHIR R4. Исправьте указанные элементы.',
    en: 'The body is not built as FHIR R4 says. Mend the elements that are named.',
  },
});
