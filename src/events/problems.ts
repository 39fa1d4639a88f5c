import { defineProblems } from '../kernel/problem.ts';

export const eventsProblems = defineProblems({
  'events.bad-cursor': { category: 'incorrect', ru: 'Место в ленте изменений не понято. Прочитайте данные заново и подпишитесь без него.', en: 'The place in the feed of changes was not understood. Read the data anew and subscribe without it.' },
});
