import { defineProblems } from '../../kernel/problem.ts';

export const importProblems = defineProblems({
  'import.unreadable': { category: 'incorrect', ru: 'Файл {file} не читается: {reason}. Проверьте путь и права.', en: 'The file {file} cannot be read: {reason}. Check path and rights.' },
  'import.too-large': { category: 'too-large', ru: 'Файл {file} — один JSON больше {limit} МБ. Разделите его или сохраните как NDJSON: такой читается построчно, любого размера.', en: 'The file {file} is one JSON of more than {limit} MB. Divide it, or store it as NDJSON, which is read line by line at any size.' },
  'import.no-resources': { category: 'incorrect', ru: 'В файле {file} нет ресурсов FHIR.', en: 'The file {file} holds no FHIR resources.' },
  'import.elsewhere': { category: 'conflict', ru: 'Файл {file} прямо сейчас загружает другой процесс. Дождитесь его.', en: 'Another process is importing {file} right now. Wait for it.' },
});
