import { defineProblems } from '../kernel/problem.ts';

export const httpProblems = defineProblems({
  'http.input': { category: 'incorrect', ru: 'Запрос не принят: часть полей заполнена неверно. Исправьте поля: {fields}.', en: 'The request was not accepted: some fields are wrong. Mend these fields: {fields}.' },
  'http.bad-json': { category: 'incorrect', ru: 'Тело запроса — не JSON. Проверьте скобки, кавычки и кодировку UTF-8.', en: 'The body of the request is not JSON. Check brackets, quotes and the encoding UTF-8.' },
  'http.media-type': { category: 'incorrect', ru: 'Такой вид содержимого здесь не принимается. Пришлите application/json или вид файла, который ждёт этот адрес.', en: 'This media type is not accepted here. Send application/json or the type of file that this address expects.' },
  'http.too-large': { category: 'too-large', ru: 'Запрос слишком велик: этот адрес принимает не больше {limit} МБ. Разделите его на части.', en: 'The request is too large: this address takes at most {limit} MB. Send it in parts.' },
  'http.bad-request': { category: 'incorrect', ru: 'Запрос составлен неверно, и сервер его не понял. Проверьте адрес и заголовки.', en: 'The request is malformed and was not understood. Check the address and the headers.' },
  'http.malformed': { category: 'incorrect', ru: 'Запрос не похож на HTTP/1.1, и сервер его не прочитал. Проверьте строку запроса, заголовки и длину тела.', en: 'The request is not HTTP/1.1 and could not be read. Check the request line, the headers and the length of the body.' },
  'http.address-too-long': { category: 'address-too-long', ru: 'Адрес длиннее {limit} КБ. Отправьте условия поиска в теле: POST …/_search.', en: 'The address is longer than {limit} KB. Send the criteria in a body: POST …/_search.' },
  'http.headers-too-large': { category: 'headers-too-large', ru: 'Заголовки запроса больше {limit} КБ. Сократите их: обычно лишнее — в Cookie или Authorization.', en: 'The headers are larger than {limit} KB. Shorten them: mostly it is Cookie or Authorization that is too long.' },
  'http.request-timeout': { category: 'timeout', ru: 'Запрос не пришёл целиком за {limit} с. Повторите его; большие данные загружайте частями.', en: 'The request did not come whole within {limit} s. Repeat it; send large data in parts.' },
  'http.no-such-address': { category: 'not-found', ru: 'Такого адреса нет. Проверьте ссылку.', en: 'There is no such address. Check the link.' },
  'http.other-origin': { category: 'forbidden', ru: 'Запрос пришёл с чужой страницы и отклонён: ничего не изменено. Откройте Карту по её собственному адресу и повторите.', en: 'The request came from another site and was refused: nothing has changed. Open Karta at its own address and try again.' },
  'http.fault': { category: 'fault', ru: 'Внутренняя ошибка. Мы её записали под номером {request}. Повторите; если не поможет, назовите этот номер поддержке.', en: 'Internal error. It has been recorded as {request}. Try again; if that does not help, tell support this number.' },
});
