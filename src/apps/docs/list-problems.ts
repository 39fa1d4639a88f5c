import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allProblems, categories, type Category, type ProblemDefinition } from '../../kernel/problem.ts';

/** What whoever gets a refusal of this kind does next; the sentence of the code itself is more precise. */
const advice: Record<Category, { ru: string; en: string }> = {
  incorrect: { ru: 'Запрос построен неверно. Исправьте его; повтор без изменений даст то же.', en: 'The request is built wrongly. Mend it; repeating it unchanged gives the same.' },
  unauthenticated: { ru: 'Войдите (или получите новый токен) и повторите.', en: 'Sign in (or get a new token) and repeat.' },
  forbidden: { ru: 'Прав не хватает. Текст говорит, как доступ открывается и к кому обратиться.', en: 'Rights are missing. The text says how access opens and whom to ask.' },
  'not-found': { ru: 'Проверьте ссылку. То, что закрыто для вас, отвечает так же, как то, чего нет.', en: 'Check the reference. What is closed to you answers like what does not exist.' },
  'not-allowed': { ru: 'Адрес верный, но метод другой. Возможные названы в тексте и в заголовке Allow.', en: 'The address is right, the method is another. Those possible are named in the text and in the header Allow.' },
  gone: { ru: 'Этого больше нет. Прочитайте данные заново.', en: 'It is no more. Read the data anew.' },
  'not-acceptable': { ru: 'Попросите формат, который Карта отдаёт: JSON.', en: 'Ask for a format that Karta gives: JSON.' },
  conflict: { ru: 'Мешает состояние данных. Устраните названное и повторите.', en: 'The state of the data is in the way. Remove what is named and repeat.' },
  stale: { ru: 'Данные изменились или подходят не одни. Прочитайте заново и решите снова.', en: 'The data have changed, or several match. Read anew and decide again.' },
  'too-large': { ru: 'Разделите данные на части или загрузите их командой `karta import`.', en: 'Divide the data, or load them with `karta import`.' },
  'address-too-long': { ru: 'Отправьте условия поиска телом: `POST …/_search`.', en: 'Send the criteria as a body: `POST …/_search`.' },
  'headers-too-large': { ru: 'Сократите заголовки до названного предела.', en: 'Shorten the headers to the limit named.' },
  timeout: { ru: 'Повторите; большие данные отправляйте частями.', en: 'Repeat; send large data in parts.' },
  'unsupported-media': { ru: 'Назовите формат тела заголовком `Content-Type`.', en: 'Name the format of the body in `Content-Type`.' },
  invalid: { ru: 'Запрос понят, но его содержание нарушает правило. Исправьте названное.', en: 'The request was understood, its content breaks a rule. Mend what is named.' },
  'too-costly': { ru: 'Ответ обошёлся бы слишком дорого. Сузьте запрос до названного предела.', en: 'The answer would cost too much. Narrow the request to the limit named.' },
  throttled: { ru: 'Подождите названное время и повторите.', en: 'Wait for the time named and repeat.' },
  unsupported: { ru: 'Этого Карта не умеет. Текст называет, что можно вместо этого.', en: 'Karta cannot do this. The text names what it can do instead.' },
  unavailable: { ru: 'Часть системы временно не отвечает. Повторите позже; если не проходит — `karta check`.', en: 'A part of the system does not answer for now. Repeat later; if it stays, `karta check`.' },
  fault: { ru: 'Ошибка программы. Сообщите время администратору: причина записана в журнал процесса.', en: 'A fault of the program. Tell the administrator the time: the reason is in the process log.' },
};

/** Loads every `problems.ts` of the house, so that `allProblems()` knows all codes, also those of screens and commands. */
export async function loadProblems(root: string): Promise<ReadonlyMap<string, ProblemDefinition>> {
  for (const file of globSync('src/**/problems.ts', { cwd: root }).sort()) await import(pathToFileURL(join(root, file)).href);
  return allProblems();
}

/** `docs/problems.md`: each kind of refusal with what to do, then each code with its sentence in both languages. */
export function problemsPage(problems: ReadonlyMap<string, ProblemDefinition>): string {
  const used = new Set([...problems.values()].map(({ category }) => category));
  const kinds = Object.entries(categories)
    .filter(([name]) => used.has(name as Category))
    .map(([name, { status, issue }]) => `| ${name} | ${status} | \`${issue}\` | ${advice[name as Category].ru} | ${advice[name as Category].en} |`);
  const families = Map.groupBy([...problems].sort(([a], [b]) => (a < b ? -1 : 1)), ([code]) => code.split('.')[0]!);
  const sections = [...families].flatMap(([family, codes]) => [
    `## ${family}`,
    '',
    '| Код · Code | HTTP | По-русски | In English |',
    '| --- | --- | --- | --- |',
    ...codes.map(([code, { category, ru, en }]) => `| \`${code}\` | ${categories[category].status} | ${cell(ru)} | ${cell(en)} |`),
    '',
  ]);
  return [
    '# Отказы · Refusals',
    '',
    'Эту страницу пишет команда `npm run karta -- docs` по зарегистрированным отказам; тест сверяет её с программой.',
    'Отказ приходит как `application/problem+json` с полем `code` (в FHIR — как OperationOutcome), на экран — предложением. Слова в фигурных скобках заполняются при отказе.',
    '',
    '`npm run karta -- docs` writes this page from the registered refusals; a test compares it with the program.',
    'A refusal comes as `application/problem+json` with the field `code` (as OperationOutcome in FHIR), on a screen as a sentence. Words in braces are filled in.',
    '',
    '## Виды · Kinds',
    '',
    '| Вид · Kind | HTTP | FHIR | Что делать | What to do |',
    '| --- | --- | --- | --- | --- |',
    ...kinds,
    '',
    ...sections,
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
