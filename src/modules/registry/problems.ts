import { defineProblems } from '../../kernel/problem.ts';

export const registryProblems = defineProblems({
  'registry.time-taken': {
    category: 'conflict',
    ru: 'Запись не сделана: это время только что заняли. Выберите другое свободное время.',
    en: 'Not booked: this time has just been taken. Choose another free time.',
  },
  'registry.time-past': {
    category: 'invalid',
    ru: 'Запись не сделана: это время уже прошло. Выберите другое.',
    en: 'Not booked: this time is past. Choose another one.',
  },
  'registry.not-now': {
    category: 'conflict',
    ru: 'Не сделано: {reason}. Обновите расписание.',
    en: 'Not done: {reason}. Reload the schedule.',
  },
  'registry.no-doctor': {
    category: 'invalid',
    ru: 'Запись не сделана: этот врач сейчас не ведёт приём. Выберите другого.',
    en: 'Not booked: this doctor takes no visits now. Choose another one.',
  },
});
