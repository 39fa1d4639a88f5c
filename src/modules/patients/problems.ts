import { defineProblems } from '../../kernel/problem.ts';

export const patientProblems = defineProblems({
  'patients.incorrect-page': {
    category: 'invalid',
    ru: 'Карта не записана: на титульном листе есть ошибки. Исправьте отмеченные поля.',
    en: 'The card is not written: the title page has errors. Mend the fields marked.',
  },
  'patients.likely-double': {
    category: 'conflict',
    ru: 'Карта не открыта: похоже, она уже есть ({names}). Откройте найденную карту или подтвердите, что это другой человек.',
    en: 'The card is not opened: it seems to exist already ({names}). Open the one found, or confirm that this is another person.',
  },
  'patients.number-taken': {
    category: 'conflict',
    ru: 'Карта не записана: {what} уже стоит в другой карте ({names}). Откройте её; если номер там ошибочный, сначала исправьте его.',
    en: 'The card is not written: {what} stands in another card already ({names}). Open that one; if the number there is wrong, mend it first.',
  },
  'patients.opened-meanwhile': {
    category: 'conflict',
    ru: 'Карта не открыта: в эту же минуту её открыли на другом рабочем месте. Найдите её по имени и откройте.',
    en: 'The card is not opened: another desk opened it this very minute. Find it by the name and open it.',
  },
  'patients.changed-meanwhile': {
    category: 'stale',
    ru: 'Изменения не записаны: карту только что изменил кто-то другой. Сравните оба варианта и запишите снова.',
    en: 'Your changes are not written: someone else has just changed the card. Compare both and save again.',
  },
  'patients.mother-without-policy': {
    category: 'conflict',
    ru: 'Карта новорождённого не открыта: в карте матери нет действующего полиса ОМС. Внесите её полис и повторите.',
    en: 'The newborn’s card is not opened: the mother’s card has no valid policy. Enter her policy and try again.',
  },
  'patients.merge-itself': {
    category: 'incorrect',
    ru: 'Карту нельзя объединить с самой собой. Выберите вторую карту этого человека.',
    en: 'A card cannot be merged with itself. Choose the person’s second card.',
  },
  'patients.already-merged': {
    category: 'conflict',
    ru: 'Карты не объединены: одна из них уже присоединена к другой карте. Обновите страницу и выберите действующие карты.',
    en: 'The cards are not merged: one of them has been merged already. Reload the page and choose cards in use.',
  },
  'patients.merge-whom': {
    category: 'incorrect',
    ru: 'Не понято, какие карты имеются в виду: параметр {name} должен вести ровно к одной карте — ссылкой Patient/… или идентификатором. Исправьте его.',
    en: 'It is not clear which cards are meant: {name} must lead to exactly one card, by a reference Patient/… or an identifier. Mend it.',
  },
  'patients.merge-result': {
    category: 'unsupported',
    ru: 'Параметр result-patient не поддерживается: объединение ничего в картах не переписывает. Измените нужную карту отдельно.',
    en: 'result-patient is not supported: merging rewrites nothing in the cards. Change the card by itself.',
  },
  'patients.match-whom': {
    category: 'incorrect',
    ru: 'Для поиска похожих карт нужен ресурс Patient. Передайте его параметром resource.',
    en: 'Matching needs a Patient. Give it as the parameter “resource”.',
  },
  'patients.not-merged': {
    category: 'conflict',
    ru: 'Разъединять нечего: эти карты не объединены. Обновите страницу.',
    en: 'There is nothing to take apart: these cards are not merged. Reload the page.',
  },
  'patients.not-to-assign': {
    category: 'conflict',
    ru: 'Не перенесено: запись появилась не тогда, когда эти карты были объединены. Обновите страницу.',
    en: 'Not moved: the entry was not written while these cards were merged. Reload the page.',
  },
  'patients.signed-entry': {
    category: 'conflict',
    ru: 'Не перенесено: это подписанный документ или то, что им записано. Попросите врача, который его подписал, исправить документ.',
    en: 'Not moved: this is a signed document, or what it wrote. Ask the doctor who signed it for a correction.',
  },
  'patients.visit-entry': {
    category: 'conflict',
    ru: 'Не перенесено: запись сделана на приёме и остаётся с ним. Попросите врача перенести приём: отменить его здесь и провести в нужной карте.',
    en: 'Not moved: the entry belongs to a visit and stays with it. Ask the doctor to discard the visit here and hold it in the right card.',
  },
  'patients.consent-withdrawn': {
    category: 'conflict',
    ru: 'Согласие уже отозвано. Обновите страницу.',
    en: 'The consent has been withdrawn already. Reload the page.',
  },
  'patients.date-to-come': {
    category: 'invalid',
    ru: 'Не записано: дата ещё не наступила. Исправьте дату.',
    en: 'Not written: the date is still to come. Mend the date.',
  },
  'patients.scan-unreadable': {
    category: 'unsupported-media',
    ru: 'Страница не принята: это не JPEG, не PNG и не PDF. Отсканируйте её в одном из этих форматов.',
    en: 'The page is not accepted: it is no JPEG, PNG or PDF. Scan it as one of these.',
  },
  'patients.scan-page-lost': {
    category: 'conflict',
    ru: 'Документ не записан: страница {page} не дошла до сервера. Отправьте её ещё раз.',
    en: 'The document is not written: page {page} did not reach the server. Send it again.',
  },
});
