import { defineWords } from '../../ui/words.ts';

export const words = defineWords({
  title: { ru: (app: string) => `«${app}» просит доступ`, en: (app: string) => `“${app}” asks for access` },
  short: { ru: 'Доступ для приложения', en: 'Access for an app' },
  may: { ru: 'Если вы разрешите, оно сможет:', en: 'If you allow it, it can:' },
  untick: { ru: 'Снимите галочку с того, чего не разрешаете.', en: 'Untick what you do not allow.' },
  card: { ru: 'Чья карта', en: 'Whose card' },
  cardOf: { ru: 'Карта', en: 'Card' },
  find: { ru: 'Чью карту открыть приложению', en: 'Whose card the app may open' },
  needPatient: { ru: 'Выберите пациента', en: 'Choose the patient' },
  never: { ru: 'Больше, чем видите вы сами, оно не увидит. Отозвать разрешение можно в любой день в разделе «Мои приложения».', en: 'It sees no more than you can see yourself. You can withdraw the permission any day under “My apps”.' },
  goes: { ru: (site: string) => `Ответ уйдёт на ${site}.`, en: (site: string) => `The answer goes to ${site}.` },
  remember: { ru: 'Больше не спрашивать об этом', en: 'Do not ask about this again' },
  allow: { ru: 'Разрешить', en: 'Allow' },
  deny: { ru: 'Не разрешать', en: 'Do not allow' },
  signedIn: { ru: (name: string) => `Вы вошли как ${name}${name.endsWith('.') ? '' : '.'}`, en: (name: string) => `You are signed in as ${name}${name.endsWith('.') ? '' : '.'}` },
  other: { ru: 'Войти под другим именем', en: 'Sign in with another name' },
  over: { ru: 'Разрешение не дано', en: 'Nothing was allowed' },
});
