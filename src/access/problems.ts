import { defineProblems } from '../kernel/problem.ts';

export const accessProblems = defineProblems({
  'access.sign-in-needed': { category: 'unauthenticated', ru: 'Вы не вошли, или сеанс закончился. Войдите снова: черновики сохранены.', en: 'You are not signed in, or the session has ended. Sign in again: your drafts are kept.' },
  'access.wrong-credentials': { category: 'unauthenticated', ru: 'Логин или пароль не подходят. Проверьте раскладку и клавишу Caps Lock и попробуйте ещё раз.', en: 'The login or the password is wrong. Check the keyboard layout and Caps Lock and try again.' },
  'access.throttled': { category: 'throttled', ru: 'Слишком много неудачных попыток входа. Попробуйте снова через {seconds} с.', en: 'Too many failed sign-ins. Try again in {seconds} s.' },
  'access.bad-token': { category: 'unauthenticated', ru: 'Токен доступа неизвестен или истёк. Получите новый на сервере авторизации.', en: 'The access token is unknown or has expired. Get a new one from the token endpoint.' },
  'access.app-only-fhir': { category: 'forbidden', ru: 'Приложение с доступом от имени человека работает только через FHIR: {base}.', en: 'An app that acts on behalf of a person speaks FHIR only: {base}.' },
  'access.bad-client': { category: 'invalid', ru: 'Приложение не зарегистрировано: поле {field} заполнено не так, как нужно для этого вида приложения.', en: 'The app was not registered: the field {field} does not suit this kind of app.' },
  'access.no-client': { category: 'not-found', ru: 'Такого приложения нет, или оно так не открывается. Обновите список.', en: 'There is no such app, or it cannot be opened this way. Refresh the list.' },
  'access.consent-over': { category: 'gone', ru: 'Запрос приложения больше не действует. Откройте приложение ещё раз.', en: 'The request of the app is over. Open the app again.' },
  'access.wrong-role': { category: 'forbidden', ru: 'Это действие не входит в обязанности вашей роли. Если оно нужно для работы, обратитесь к администратору.', en: 'Your role does not include this action. Ask the administrator if your work needs it.' },
  'access.login-taken': { category: 'conflict', ru: 'Учётная запись с таким логином уже есть. Выберите другой логин.', en: 'An account with this login exists already. Choose another login.' },
  'access.bad-login': { category: 'invalid', ru: 'Логин не подходит: нужно от 2 до 64 латинских букв, цифр, точек, дефисов или знаков @.', en: 'The login is not suitable: it needs 2 to 64 Latin letters, digits, dots, hyphens or @.' },
  'access.weak-password': { category: 'invalid', ru: 'Пароль не подходит: нужно от {least} до 200 знаков, и он не должен повторять логин.', en: 'The password is not suitable: it needs {least} to 200 characters and must differ from the login.' },
  'access.first-link-used': { category: 'gone', ru: 'Ссылка первого администратора уже использована или истекла. Перезапустите Карту: при старте она покажет новую.', en: 'The first administrator’s link has been used or has expired. Restart Karta: it prints a new one at start.' },
  'access.no-account': { category: 'not-found', ru: 'Такой учётной записи нет. Обновите список.', en: 'There is no such account. Refresh the list.' },
  'access.reason-needed': { category: 'invalid', ru: 'Экстренный доступ открывается только с причиной. Напишите её: не меньше {least} знаков.', en: 'Emergency access needs a reason. Write it: at least {least} characters.' },
  'access.break-glass-role': { category: 'forbidden', ru: 'Экстренный доступ открывают только врач, медицинская сестра и главный врач.', en: 'Only a doctor, a nurse or the chief doctor may open emergency access.' },
  'access.break-glass-unknown': { category: 'not-found', ru: 'Такого случая экстренного доступа нет, или его проверяет другой человек.', en: 'There is no such case of emergency access, or another person reviews it.' },
  'access.break-glass-reviewed': { category: 'conflict', ru: 'Этот случай экстренного доступа уже проверен. Обновите список.', en: 'This case of emergency access has been reviewed already. Refresh the list.' },
  'access.journal-unavailable': { category: 'unavailable', ru: 'Журнал доступа сейчас не пишется, поэтому данные не показаны. Повторите через минуту.', en: 'The access journal cannot be written at the moment, so nothing is shown. Try again in a minute.' },
});
