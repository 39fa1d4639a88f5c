import { defineProblems } from '../../kernel/problem.ts';

export const exportProblems = defineProblems({
  'export.other-folder': { category: 'conflict', ru: 'В папке {folder} уже лежит другое. Укажите новую папку; прерванную выгрузку продолжает та же команда с теми же параметрами.', en: 'The folder {folder} holds something else. Name a new one; the same command with the same options goes on with an export that was stopped.' },
});
