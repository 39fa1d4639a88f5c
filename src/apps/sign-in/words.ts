import { defineWords } from '../../ui/words.ts';

export const words = defineWords({
  title: { ru: 'Вход', en: 'Sign in' },
  lead: { ru: 'Единая карта пациента — от регистратуры до рук самого человека.', en: 'One record for each patient, from the registry desk to the patient’s own hands.' },
  leadPatient: { ru: 'Ваша карта, документы и записи к врачу.', en: 'Your card, your documents, your bookings.' },
  leadApp: { ru: 'Приложение просит доступ. Войдите, чтобы увидеть, к чему.', en: 'An app asks for access. Sign in to see to what.' },
  login: { ru: 'Имя для входа', en: 'Sign-in name' },
  password: { ru: 'Пароль', en: 'Password' },
  enter: { ru: 'Войти', en: 'Sign in' },
  demo: { ru: 'Показ: выберите, чей день посмотреть', en: 'Demo: choose whose day to see' },
  demoNote: { ru: 'Все люди и записи вымышлены.', en: 'All people and records are fictional.' },
  own: { ru: 'Войти под своим именем', en: 'Sign in with your own name' },
  refused: { ru: 'Войти не удалось', en: 'Sign-in did not work' },
  first: { ru: 'Первый администратор', en: 'The first administrator' },
  firstLead: { ru: 'Создайте учётную запись, с которой вы заведёте остальные. Ссылка действует один раз.', en: 'Make the account from which you will make the others. The link works once.' },
  fullName: { ru: 'Фамилия, имя, отчество', en: 'Full name' },
  make: { ru: 'Создать и войти', en: 'Make it and sign in' },
  firstMissing: { ru: (what: string) => `Заполните: ${what}`, en: (what: string) => `Fill in: ${what}` },
  notMade: { ru: 'Учётная запись не создана', en: 'The account was not made' },
});
