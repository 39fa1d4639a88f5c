import { defineProblems } from '../../kernel/problem.ts';

export const caseProblems = defineProblems({
  'cases.not-found': { category: 'not-found', ru: 'Случай не найден или карта пациента вам не открыта. Откройте его из списка случаев или из карты.', en: 'The case was not found, or the patient’s record is not open to you. Open it from the list of cases or from the card.' },
  'cases.no-clinic': { category: 'forbidden', ru: 'У вашей учётной записи нет клиники, а случаи и счета ведутся по клиникам. Войдите под рабочим местом клиники.', en: 'Your account has no clinic, and cases and accounts are kept by clinic. Sign in with a workplace of the clinic.' },
  'cases.other-clinic': { category: 'forbidden', ru: 'Этот случай ведёт другая клиника: закрыть и изменить его может только она.', en: 'This case belongs to another clinic: only that clinic may close or change it.' },
  'cases.missing': { category: 'invalid', ru: 'Случай не закрыт. Не хватает: {missing}. Заполните и закройте снова.', en: 'The case was not closed. Missing: {missing}. Fill it in and close it again.' },
  'cases.changed': { category: 'stale', ru: 'Не сохранено: пока вы смотрели, случай изменился. Посмотрите, что нового, и повторите.', en: 'Not saved: the case changed while you were looking. See what is new and try again.' },
  'cases.closed': { category: 'conflict', ru: 'Случай уже закрыт, и закрыт иначе. Чтобы изменить его, сначала откройте его снова с указанием причины.', en: 'The case is closed already, and in another way. To change it, reopen it first and give the reason.' },
  'cases.not-closed': { category: 'conflict', ru: 'Случай и так открыт: открывать заново нечего.', en: 'The case is open already: there is nothing to reopen.' },
  'cases.exported': { category: 'conflict', ru: 'Открыть случай заново нельзя: его услуги уже выгружены в счёт № {batch}. Исправления идут через счёт.', en: 'The case cannot be reopened: its services are in account No. {batch} already. Corrections go through the account.' },
  'cases.unknown-choice': { category: 'invalid', ru: 'В списке «{list}» нет кода «{code}». Выберите из предложенных.', en: 'The list “{list}” has no code “{code}”. Choose one of those offered.' },
  'cases.unknown-diagnosis': { category: 'invalid', ru: 'Этот диагноз не записан ни на одном приёме случая. Запишите его на приёме или выберите другой.', en: 'This diagnosis was not written at any visit of the case. Write it at a visit or choose another one.' },
  'cases.nothing-to-export': { category: 'conflict', ru: 'Выгружать нечего: за этот месяц нет закрытых случаев, которые можно включить в счёт и которые ещё не выгружены.', en: 'There is nothing to export: this month has no closed case that can be billed and was not exported yet.' },
  'cases.no-batch': { category: 'not-found', ru: 'Выгрузка не найдена. Откройте её из списка выгрузок своей клиники.', en: 'The export was not found. Open it from the list of your clinic’s exports.' },
  'cases.batch-not-ready': { category: 'conflict', ru: 'Выгрузка ещё не готова или не удалась. Дождитесь её или выгрузите снова.', en: 'The export is not ready yet or has failed. Wait for it or export again.' },
});
