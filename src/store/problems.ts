import { defineProblems } from '../kernel/problem.ts';

export const storeProblems = defineProblems({
  'store.not-found': { category: 'not-found', ru: 'Запись {reference} не найдена. Проверьте ссылку: возможно, записи нет или доступ к ней закрыт.', en: '{reference} was not found. Check the reference: it may not exist or access to it may be closed.' },
  'store.gone': { category: 'gone', ru: 'Запись {reference} удалена. Прежние версии остаются в истории.', en: '{reference} has been deleted. Earlier versions stay in its history.' },
  'store.unknown-type': { category: 'not-found', ru: 'Тип ресурса «{type}» не существует в FHIR R4. Проверьте написание.', en: 'There is no resource type “{type}” in FHIR R4. Check the spelling.' },
  'store.invalid': { category: 'invalid', ru: 'Ресурс не записан: он не соответствует FHIR R4. Исправьте указанные элементы.', en: 'Nothing was written: the resource does not conform to FHIR R4. Mend the elements named.' },
  'store.stale': { category: 'stale', ru: 'Запись {reference} уже изменена: текущая версия {current}, а вы меняли {given}. Прочитайте её снова и повторите изменение.', en: '{reference} has been changed: version {current} is current, yours was {given}. Read it again and repeat the change.' },
  'store.forbidden': { category: 'forbidden', ru: 'Ваша роль не позволяет записывать {type}. Обратитесь к администратору, если это нужно для работы.', en: 'Your role may not write {type}. Ask the administrator if your work needs it.' },
  'store.several-matches': { category: 'stale', ru: 'Условию отвечает несколько записей ({type}). Уточните условие, чтобы осталась одна.', en: 'Several resources match the condition ({type}). Narrow it until one is left.' },
  'store.dangling-reference': { category: 'invalid', ru: 'Ссылка {reference} ведёт в никуда: такой записи нет. Создайте её прежде или исправьте ссылку.', en: 'The reference {reference} leads nowhere: there is no such resource. Create it first or mend the reference.' },
  'store.referenced': { category: 'conflict', ru: 'Запись {reference} нельзя удалить: на неё ссылается {by}. Сначала удалите или измените ссылающуюся запись.', en: '{reference} cannot be deleted: {by} refers to it. Delete or change that resource first.' },
  'store.id-mismatch': { category: 'incorrect', ru: 'В ресурсе указан id «{given}», а в адресе — «{expected}». Они должны совпадать.', en: 'The resource carries the id “{given}”, the address “{expected}”. They must be the same.' },
  'store.exists': { category: 'conflict', ru: 'Запись {reference} уже существует. Измените её вместо создания.', en: '{reference} exists already. Update it instead of creating it.' },
  'store.key-reused': { category: 'conflict', ru: 'С этим Idempotency-Key уже записано другое. Для нового действия нужен новый ключ.', en: 'This Idempotency-Key already stands for another act. A new act needs a new key.' },
  'store.twice': { category: 'incorrect', ru: 'Запись {reference} встречается в одном запросе дважды. Оставьте одно изменение.', en: '{reference} occurs twice in one request. Leave one change.' },
  'store.unknown-parameter': { category: 'incorrect', ru: 'У {type} нет параметра поиска «{parameter}». Список параметров — в CapabilityStatement.', en: '{type} has no search parameter “{parameter}”. The CapabilityStatement lists them.' },
  'store.bad-value': { category: 'incorrect', ru: 'Значение «{value}» не подходит параметру «{parameter}»: ожидается {expected}.', en: 'The value “{value}” does not suit the parameter “{parameter}”: {expected} is expected.' },
  'store.bad-modifier': { category: 'incorrect', ru: 'Модификатор «:{modifier}» неприменим к параметру «{parameter}».', en: 'The modifier “:{modifier}” does not apply to the parameter “{parameter}”.' },
  'store.bad-sort': { category: 'incorrect', ru: 'По параметру «{parameter}» сортировать нельзя. Сортируют по датам, строкам, числам, _id и _lastUpdated.', en: 'Sorting by “{parameter}” is not possible. Sort by dates, strings, numbers, _id and _lastUpdated.' },
  'store.bad-cursor': { category: 'incorrect', ru: 'Ссылка на следующую страницу повреждена или от другого запроса. Начните поиск сначала.', en: 'The link to the next page is damaged or belongs to another query. Start the search anew.' },
  'store.too-broad': { category: 'incorrect', ru: 'Условие «{parameter}» отвечает больше чем {limit} записям. Уточните его.', en: 'The condition “{parameter}” matches more than {limit} resources. Narrow it.' },
});
