import { defineProblems } from '../../kernel/problem.ts';

export const dictionaryProblems = defineProblems({
  'dictionaries.unknown': { category: 'not-found', ru: 'Такого справочника или такой его версии здесь нет: {system}. Загрузите её из файла.', en: 'There is no such dictionary, or not in this version: {system}. Import it from its file.' },
  'dictionaries.not-an-archive': { category: 'incorrect', ru: 'Файл не открывается как архив zip. Выберите паспорт и части справочника или архив с ними.', en: 'The file does not open as a zip archive. Choose a dictionary’s passport and parts, or an archive of them.' },
  'dictionaries.nothing-inside': { category: 'incorrect', ru: 'Среди файлов нет паспорта справочника. Нужны <OID>_<версия>_passport.json и все части _part1.json, _part2.json… той же версии.', en: 'There is no passport of a dictionary among the files. Give <OID>_<version>_passport.json and all its parts _part1.json, _part2.json…' },
  'dictionaries.too-large': { category: 'too-large', ru: 'Файлы больше {limit} МБ. Загрузите справочники по частям или командой karta import-dictionary.', en: 'The files are larger than {limit} MB. Import the dictionaries in portions, or by karta import-dictionary.' },
  'dictionaries.busy': { category: 'conflict', ru: 'Загрузка справочников уже идёт, её начал: {name}. Дождитесь конца.', en: 'An import of dictionaries is under way, begun by {name}. Wait for its end.' },
});
