import type { Language } from '../kernel/problem.ts';
import type { RelationKind } from './care-relations.ts';
import type { Ctx } from './context.ts';
import { entranceOf } from './create-context.ts';

/** Why a record is open or closed to the caller, in words for the screen. */
export interface RelationAnswer {
  open: boolean;
  /** e.g. «запись на приём 21 ноября»; empty where closed. */
  reasons: string[];
  /** Where closed: how access is gained. */
  ways: string[];
  /** Set while the record is open by break-glass only. */
  breakGlassUntil?: string;
}

const words: Readonly<Record<RelationKind, { ru: string; en: string }>> = {
  booking: { ru: 'запись на приём', en: 'booking' },
  visit: { ru: 'ваш приём', en: 'your visit' },
  case: { ru: 'вы ведёте этот случай', en: 'you manage this case' },
  referral: { ru: 'направление к вам', en: 'referral to you' },
  attachment: { ru: 'участковый врач', en: 'district doctor' },
  'clinic-booking': { ru: 'запись на приём в вашей организации', en: 'booking at your clinic' },
  'clinic-visit': { ru: 'приём в вашей организации', en: 'visit at your clinic' },
  'clinic-attachment': { ru: 'прикреплён к вашей организации', en: 'attached to your clinic' },
  'break-glass': { ru: 'экстренный доступ', en: 'emergency access' },
  merged: { ru: 'объединённая карта', en: 'merged card' },
};

const ways: Readonly<Record<Language, readonly string[]>> = {
  ru: [
    'Запись на приём к вам открывает карту за день до приёма и на 30 дней после него.',
    'Направление или консультация, где вы указаны исполнителем, открывают карту сразу.',
    'Прикрепление пациента к вашему участку открывает карту на всё время прикрепления.',
    'Если помощь нужна сейчас, откройте экстренный доступ: напишите причину. Карта откроется на 4 часа, случай проверит главный врач, пациент об этом узнает.',
  ],
  en: [
    'A booking with you opens the record from the day before until 30 days after it.',
    'A referral or consultation that names you opens the record at once.',
    'A patient attached to your district has his record open to you as long as he is attached.',
    'If care is needed now, open emergency access: write the reason. The record opens for 4 hours, the chief doctor reviews it, and the patient is told.',
  ],
};

/** Whether and why the record of this patient is open to the caller. */
export async function relationOf(ctx: Ctx, patient: string): Promise<RelationAnswer> {
  const { role } = ctx.actor;
  if (role === 'system') return { open: true, reasons: [], ways: [] };
  if (role === 'patient') return { open: ctx.actor.patients?.includes(patient) ?? false, reasons: [], ways: [] };
  const { entrance } = entranceOf(ctx);
  const found = await entrance.relations.between(ctx.actor, patient, ctx.now);
  if (found.length === 0) return { open: false, reasons: [], ways: ['doctor', 'nurse', 'head'].includes(role) ? [...ways[ctx.language]] : [] };
  const reasons = found.map(({ kind, at }) => {
    const dated = kind !== 'attachment' && kind !== 'clinic-attachment' && kind !== 'case' && at !== undefined;
    return dated ? `${words[kind][ctx.language]} ${dayInWords(at, ctx.language)}` : words[kind][ctx.language];
  });
  const until = found.every((relation) => relation.kind === 'break-glass') ? found[0]!.until : undefined;
  return { open: true, reasons: [...new Set(reasons)], ways: [], ...(until && { breakGlassUntil: until.toISOString() }) };
}

/** «21 ноября» with a space that does not break; a date without a time is taken as it stands. */
function dayInWords(at: string, language: Language): string {
  const timeZone = at.includes('T') ? 'Europe/Moscow' : 'UTC';
  const text = new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', { day: 'numeric', month: 'long', timeZone }).format(new Date(at));
  return text.replace(' ', '\u00a0');
}
