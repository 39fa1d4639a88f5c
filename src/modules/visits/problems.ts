import { defineProblems } from '../../kernel/problem.ts';

export const visitProblems = defineProblems({
  'visits.no-visit': {
    category: 'not-found',
    ru: 'Приём не найден. Возможно, он начат в другой клинике или ссылка устарела. Откройте его из своего дня.',
    en: 'The visit was not found. It may belong to another clinic, or the link is old. Open it from your day.',
  },
  'visits.other-clinic': {
    category: 'forbidden',
    ru: 'Черновик этого приёма ведёт другая клиника: до подписи он виден только её сотрудникам.',
    en: 'The draft of this visit belongs to another clinic: until it is signed only its staff see it.',
  },
  'visits.booking-over': {
    category: 'conflict',
    ru: 'Начать приём нельзя: запись отменена или пациент отмечен как не пришедший. Запишите пациента снова.',
    en: 'The visit cannot start: the booking was cancelled or marked as no-show. Book the patient again.',
  },
  'visits.no-doctor': {
    category: 'invalid',
    ru: 'Начать приём нельзя: в записи не указан врач. Укажите врача в расписании.',
    en: 'The visit cannot start: the booking names no doctor. Name the doctor in the timetable.',
  },
  'visits.no-template': {
    category: 'conflict',
    ru: 'Начать приём нельзя: нет ни одного действующего шаблона протокола. Администратор добавляет их в разделе «Шаблоны».',
    en: 'The visit cannot start: there is no active template. The administrator adds them under “Templates”.',
  },
  'visits.closed': {
    category: 'conflict',
    ru: 'Изменить нельзя: документ этого приёма уже подписан или черновик удалён. Чтобы исправить подписанное, нажмите «Исправить» в документе.',
    en: 'This cannot be changed: the document of the visit is signed or the draft was discarded. To correct what is signed, choose “Correct” in the document.',
  },
  'visits.changed': {
    category: 'stale',
    ru: 'Не подписано: пока вы читали, черновик изменился. Посмотрите изменения и подпишите снова.',
    en: 'Not signed: the draft changed while you were reading. Look at the changes and sign again.',
  },
  'visits.missing': {
    category: 'invalid',
    ru: 'Не подписано: ещё не всё заполнено ({missing}). Заполните и подпишите снова.',
    en: 'Not signed: something is still missing ({missing}). Fill it in and sign again.',
  },
  'visits.not-the-doctor': {
    category: 'forbidden',
    ru: 'Подписать может только врач, который ведёт этот приём: {doctor}.',
    en: 'Only the doctor who holds this visit may sign: {doctor}.',
  },
  'visits.not-yours': {
    category: 'forbidden',
    ru: 'Это поле заполняет врач: «{field}». Медсестра записывает жалобы, измерения и готовит направления.',
    en: 'This field is the doctor’s: “{field}”. The nurse records complaints and measurements and prepares referrals.',
  },
  'visits.wrong-value': {
    category: 'invalid',
    ru: 'Значение не подходит полю «{field}»: {fault}. Исправьте его, остальное сохранится.',
    en: 'The value does not fit the field “{field}”: {fault}. Correct it; the rest will be saved.',
  },
  'visits.unknown-diagnosis': {
    category: 'invalid',
    ru: 'Кода «{code}» нет в МКБ-10 или он не самый подробный. Выберите диагноз из предложенных.',
    en: 'The code “{code}” is not in ICD-10 or is not the most detailed one. Choose a diagnosis from the proposals.',
  },
  'visits.nothing-to-copy': {
    category: 'not-found',
    ru: 'Копировать нечего: в прошлом документе нет этих разделов или он написан по другому шаблону.',
    en: 'There is nothing to copy: the earlier document has no such sections or was written with another template.',
  },
  'visits.field-changed': {
    category: 'stale',
    ru: 'Не подтверждено: запись «{field}» изменилась. Прочтите её ещё раз.',
    en: 'Not confirmed: the entry “{field}” has changed. Read it again.',
  },
  'visits.not-correctable': {
    category: 'conflict',
    ru: 'Исправить можно только действующий документ приёма. У этого есть новая версия или он написан не здесь.',
    en: 'Only the current document of a visit can be corrected. This one has a newer version or was not written here.',
  },
  'visits.not-a-template': {
    category: 'invalid',
    ru: 'Шаблон не сохранён: {reason}.',
    en: 'The template was not saved: {reason}.',
  },
});
