import type { Language } from '../../kernel/problem.ts';
import { typeWords } from '../journal-of-patient.ts';
import { parseScope, type ResourceScope } from './scopes.ts';

/** One thing that an app asks leave for, in plain words. */
export interface ScopeLine {
  text: string;
  /** It changes the record: shown so that nobody overlooks it. */
  changes: boolean;
}

const words = {
  seePatient: { ru: 'Видеть в карте пациента', en: 'See in the patient’s card' },
  changePatient: { ru: 'Записывать в карту пациента и менять в ней', en: 'Write to the patient’s card and change in it' },
  addPatient: { ru: 'Добавлять в карту пациента', en: 'Add to the patient’s card' },
  seeUser: { ru: 'Видеть от вашего имени', en: 'See on your behalf' },
  changeUser: { ru: 'Записывать и менять от вашего имени', en: 'Write and change on your behalf' },
  addUser: { ru: 'Добавлять от вашего имени', en: 'Add on your behalf' },
  all: { ru: 'всё, что видите вы сами', en: 'everything that you can see yourself' },
  allChanges: { ru: 'всё, что можете менять вы сами', en: 'everything that you may change yourself' },
  part: { ru: 'не всё, а только отобранное', en: 'not all of it, only a selection' },
  whoYouAre: { ru: 'Узнать, кто вы: имя и роль', en: 'Learn who you are: your name and role' },
  offline: { ru: 'Работать и без вас: до 90 дней после последнего обращения', en: 'Work while you are away: until 90 days after it last did' },
  online: { ru: 'Работать, пока вы не вышли из Карты', en: 'Work as long as you stay signed in to Karta' },
} as const;

/** A line that the person may leave out, with the scopes that go with it. Who he is and whose card it is about go with the rest. */
export interface ScopeChoice extends ScopeLine {
  scopes: readonly string[];
  optional: boolean;
}

/** The same scope by scope: what is said alike is one choice. */
export function scopeChoices(scopes: readonly string[], language: Language): ScopeChoice[] {
  const choices = new Map<string, ScopeChoice>();
  for (const scope of scopes) {
    const lines = scopeLines([scope], language);
    if (lines.length === 0) continue;
    const text = lines.map((line) => line.text).join('; ');
    const known = choices.get(text);
    choices.set(text, { text, changes: lines.some(({ changes }) => changes), scopes: [...(known?.scopes ?? []), scope], optional: !signsIn.has(scope) });
  }
  return [...choices.values()];
}

const signsIn = new Set(['openid', 'fhirUser', 'profile']);

/** What these scopes let an app do, said so that a patient understands it: what it sees, what it changes, for how long. */
export function scopeLines(scopes: readonly string[], language: Language): ScopeLine[] {
  const parsed = scopes.map(parseScope).filter((one) => one !== undefined);
  const lines: ScopeLine[] = [];
  for (const level of ['patient', 'user'] as const) {
    const own = parsed.filter((one) => one.level === level);
    const sees = own.filter(({ acts }) => acts.includes('read') || acts.includes('search'));
    const changes = own.filter(({ acts }) => acts.some((act) => act === 'create' || act === 'update' || act === 'delete'));
    const adds = changes.every(({ acts }) => !acts.includes('update') && !acts.includes('delete'));
    const see = level === 'patient' ? 'seePatient' : 'seeUser';
    const change = level === 'patient' ? (adds ? 'addPatient' : 'changePatient') : adds ? 'addUser' : 'changeUser';
    if (sees.length > 0) lines.push({ text: `${words[see][language]}: ${things(sees, words.all[language], language)}`, changes: false });
    if (changes.length > 0) lines.push({ text: `${words[change][language]}: ${things(changes, words.allChanges[language], language)}`, changes: true });
  }
  if (scopes.some((scope) => scope === 'openid' || scope === 'fhirUser' || scope === 'profile')) lines.push({ text: words.whoYouAre[language], changes: false });
  if (scopes.includes('offline_access')) lines.push({ text: words.offline[language], changes: false });
  else if (scopes.includes('online_access')) lines.push({ text: words.online[language], changes: false });
  return lines;
}

function things(scopes: readonly ResourceScope[], all: string, language: Language): string {
  if (scopes.some(({ type }) => type === '*')) return all;
  const named = new Map<string, boolean>();
  for (const { type, query } of scopes) {
    const name = typeWords.find(({ types }) => types.includes(type))?.[language] ?? type;
    // Whole once is whole: a second scope with criteria takes nothing away.
    named.set(name, (named.get(name) ?? true) && query.length > 0);
  }
  return [...named].map(([name, partly]) => (partly ? `${name} (${words.part[language]})` : name)).join(', ');
}
