import { defineWords } from '../words.ts';

export const words = defineWords({
  confirm: { ru: 'подтвердить', en: 'confirm' },
  copied: { ru: 'копия', en: 'copy' },
  at: { ru: (time: string) => `в ${time}`, en: (time: string) => `at ${time}` },
  yes: { ru: 'да', en: 'yes' },
  no: { ru: 'нет', en: 'no' },
  remove: { ru: (text: string) => `Убрать: ${text}`, en: (text: string) => `Remove: ${text}` },
  type: { ru: 'начните печатать', en: 'start typing' },
  date: { ru: 'дд.мм.гггг', en: 'dd.mm.yyyy' },
  beyond: { ru: (least: string, most: string) => `бывает от ${least} до ${most} — проверьте`, en: (least: string, most: string) => `from ${least} to ${most} — check it` },
});
