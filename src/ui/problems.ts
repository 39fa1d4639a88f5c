import { defineProblems } from '../kernel/problem.ts';

/** Refusals that arise in the browser itself; those of the server come with their sentence. */
export const uiProblems = defineProblems({
  'ui.offline': {
    category: 'unavailable',
    ru: 'Нет связи с сервером. Набранное остаётся здесь; повторим, когда связь вернётся.',
    en: 'The server cannot be reached. What you typed stays here; try again when the line is back.',
  },
  'ui.timeout': {
    category: 'unavailable',
    ru: 'Сервер не ответил за {seconds} с. Неизвестно, выполнено ли действие: повторите — дважды оно не запишется.',
    en: 'The server has not answered within {seconds} s. It is unknown whether the action was done: repeat it, it will not be written twice.',
  },
  'ui.unreadable': {
    category: 'fault',
    ru: 'Сервер ответил непонятно (код {status}). Повторите; если не поможет, сообщите администратору время: {time}.',
    en: 'The server’s answer could not be read (status {status}). Try again; if it stays, tell the administrator the time: {time}.',
  },
  'ui.fault': {
    category: 'fault',
    ru: 'На этой странице что-то сломалось. Набранное сохранено; откройте страницу заново.',
    en: 'Something broke on this page. What you typed is saved; open the page again.',
  },
});
