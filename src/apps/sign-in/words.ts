import { defineWords } from '../../ui/words.ts';

export const words = defineWords({
  title: { ru: 'Вход', en: 'Sign in' },
  lead: { ru: 'Единая карта пациента — от регистратуры до рук самого человека.', en: 'One record for each patient, from the registry desk to the patient’s own hands.' },
  leadPatient: { ru: 'Ваша карта, документы и записи к врачу.', en: 'Your card, your documents, your bookings.' },
  login: { ru: 'Имя для входа', en: 'Sign-in name' },
  password: { ru: 'Пароль', en: 'Password' },
  enter: { ru: 'Войти', en: 'Sign in' },
  demo: { ru: 'Показ: выберите, чей день посмотреть', en: 'Demo: choose whose day to see' },
  demoNote: { ru: 'Все люди и записи вымышлены.', en: 'All people and records are fictional.' },
  own: { ru: 'Войти под своим именем', en: 'Sign in with your own name' },
  refused: { ru: 'Войти не удалось', en: 'Sign-in did not work' },
});
