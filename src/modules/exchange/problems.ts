import { defineProblems } from '../../kernel/problem.ts';

export const exchangeProblems = defineProblems({
  'exchange.not-asynchronous': { category: 'incorrect', ru: 'Выгрузка и загрузка идут в фоне: добавьте заголовок Prefer: respond-async.', en: 'Bulk export and import run in the background: add the header Prefer: respond-async.' },
  'exchange.bad-parameter': { category: 'incorrect', ru: 'Параметр {name} не понят: «{value}». Ожидается {expected}.', en: 'The parameter {name} was not understood: “{value}”. Expected: {expected}.' },
  'exchange.unsupported-parameter': { category: 'incorrect', ru: 'Параметр {name} не поддерживается. Уберите его или попросите Prefer: handling=lenient.', en: 'The parameter {name} is not supported. Leave it out, or ask for Prefer: handling=lenient.' },
  'exchange.not-a-patients-type': { category: 'incorrect', ru: 'Тип {type} не относится к пациентам: выгрузите его на уровне системы, /$export.', en: '{type} does not belong to patients: export it at system level, /$export.' },
  'exchange.too-many-jobs': { category: 'throttled', ru: 'У вас уже идут {count} фоновых заданий. Дождитесь конца или отмените лишнее.', en: 'You already have {count} bulk jobs under way. Wait for them or cancel one.' },
  'exchange.no-job': { category: 'not-found', ru: 'Такого задания нет: оно отменено, его срок прошёл, или его просил не вы.', en: 'There is no such job: it was cancelled, has expired, or was asked for by somebody else.' },
  'exchange.no-file': { category: 'not-found', ru: 'Такого файла у задания нет.', en: 'The job has no such file.' },
  'exchange.requester-gone': { category: 'forbidden', ru: 'Тот, кто просил задание, больше не имеет доступа. Задание остановлено.', en: 'Who asked for the job no longer has access. The job was stopped.' },
  'exchange.manifest': { category: 'incorrect', ru: 'Описание загрузки не понято: {reason}.', en: 'The import manifest was not understood: {reason}.' },
  'exchange.address': { category: 'forbidden', ru: 'К адресу input[{number}] Карта не обращается ({reason}): нужен https и разрешение оператора в KARTA_OUTWARD.', en: 'Karta does not call the address of input[{number}] ({reason}): https and the operator’s leave in KARTA_OUTWARD are needed.' },
  'exchange.unreachable': { category: 'unavailable', ru: 'Файл input[{number}] не получен: {reason}. Исправьте причину и возобновите задание.', en: 'The file input[{number}] could not be fetched: {reason}. Mend the cause and resume the job.' },
  'exchange.import-scope': { category: 'forbidden', ru: 'Загружать может служебный клиент с правом записи (system/*.cud) или администратор.', en: 'A service client that may write (system/*.cud) or an administrator may import.' },
  'exchange.line-too-long': { category: 'too-large', ru: 'Строка {line} длиннее {limit} МБ. Загрузка остановлена.', en: 'Line {line} is longer than {limit} MB. The import was stopped.' },
  'exchange.bad-encoding': { category: 'incorrect', ru: 'Тело запроса не распаковывается: Content-Encoding «{given}». Отправьте gzip или без сжатия.', en: 'The body cannot be unpacked: Content-Encoding “{given}”. Send gzip, or no compression.' },
  'exchange.index-complete': { category: 'conflict', ru: 'Эта переиндексация уже закончена.', en: 'This reindexing is complete already.' },
  'exchange.not-resumable': { category: 'conflict', ru: 'Возобновить можно только задание, которое остановилось с ошибкой.', en: 'Only a job that has failed can be resumed.' },
});
