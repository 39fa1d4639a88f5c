import { defineProblems } from '../../kernel/problem.ts';

export const chartProblems = defineProblems({
  'chart.allergy-known': {
    category: 'conflict',
    ru: 'Отметка «аллергии нет» не сделана: в карте есть известные аллергии. Сначала снимите те, что записаны ошибочно.',
    en: '“No allergies” was not recorded: the record holds known allergies. First remove those that were recorded by mistake.',
  },
  'chart.allergy-double': {
    category: 'conflict',
    ru: 'Такая аллергия в карте уже есть. Если изменилась реакция, снимите старую запись и внесите новую.',
    en: 'This allergy is recorded already. If the reaction has changed, remove the old entry and add a new one.',
  },
  'chart.no-post': {
    category: 'not-found',
    ru: 'Учётная запись не создана: такой должности в справочнике нет. Обновите страницу и выберите сотрудника снова.',
    en: 'The account was not made: there is no such post. Reload the page and choose the person again.',
  },
  'chart.bad-cursor': {
    category: 'invalid',
    ru: 'Продолжение списка не найдено: он изменился. Откройте список заново.',
    en: 'The rest of the list was not found: it has changed. Open the list again.',
  },
});
