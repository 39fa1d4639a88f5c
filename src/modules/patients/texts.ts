import type { bloodGroups, ConsentKind, documentKinds, educations, employments, maritalStates, policyKinds, relationKinds } from './contract.ts';

/** The form's choices in words, for what is written into resources, for the server's answers and for the screens. */
interface Text {
  ru: string;
  en: string;
}
type Texts<K extends string> = Readonly<Record<K, Text>>;

export const maritalTexts: Texts<(typeof maritalStates)[number]> = {
  married: { ru: 'Состоит в зарегистрированном браке', en: 'Married' },
  single: { ru: 'Не состоит в браке', en: 'Not married' },
  divorced: { ru: 'В разводе', en: 'Divorced' },
  widowed: { ru: 'Вдова / вдовец', en: 'Widowed' },
  unknown: { ru: 'Неизвестно', en: 'Unknown' },
};

export const educationTexts: Texts<(typeof educations)[number]> = {
  higher: { ru: 'Высшее', en: 'Higher' },
  vocational: { ru: 'Среднее профессиональное', en: 'Vocational' },
  secondary: { ru: 'Среднее общее', en: 'Secondary' },
  basic: { ru: 'Основное общее', en: 'Basic' },
  primary: { ru: 'Начальное', en: 'Primary' },
  none: { ru: 'Не имеет', en: 'None' },
  unknown: { ru: 'Неизвестно', en: 'Unknown' },
};

export const employmentTexts: Texts<(typeof employments)[number]> = {
  works: { ru: 'Работает', en: 'Works' },
  military: { ru: 'Проходит военную службу', en: 'In military service' },
  retired: { ru: 'Пенсионер', en: 'Retired' },
  student: { ru: 'Учится', en: 'Studies' },
  unemployed: { ru: 'Не работает', en: 'Does not work' },
  child: { ru: 'Ребёнок дошкольного возраста', en: 'Child under school age' },
  other: { ru: 'Прочее', en: 'Other' },
};

export const documentTexts: Texts<(typeof documentKinds)[number]> = {
  passport: { ru: 'Паспорт гражданина РФ', en: 'Passport of a Russian citizen' },
  'birth-certificate': { ru: 'Свидетельство о рождении', en: 'Birth certificate' },
  'foreign-passport': { ru: 'Паспорт иностранного гражданина', en: 'Foreign passport' },
  'temporary-id': { ru: 'Временное удостоверение личности', en: 'Temporary identity card' },
  'military-id': { ru: 'Военный билет', en: 'Military card' },
  'residence-permit': { ru: 'Вид на жительство', en: 'Residence permit' },
  other: { ru: 'Другой документ', en: 'Another document' },
};

export const relationTexts: Texts<(typeof relationKinds)[number]> = {
  mother: { ru: 'Мать', en: 'Mother' },
  father: { ru: 'Отец', en: 'Father' },
  guardian: { ru: 'Опекун', en: 'Guardian' },
  trustee: { ru: 'Попечитель', en: 'Trustee' },
  spouse: { ru: 'Супруг(а)', en: 'Spouse' },
  child: { ru: 'Сын / дочь', en: 'Son or daughter' },
  proxy: { ru: 'По доверенности', en: 'By power of attorney' },
  other: { ru: 'Другое', en: 'Other' },
};

export const policyTexts: Texts<(typeof policyKinds)[number]> = {
  enp: { ru: 'Единого образца (ЕНП)', en: 'Unified (ЕНП)' },
  temporary: { ru: 'Временное свидетельство', en: 'Temporary certificate' },
  old: { ru: 'Старого образца', en: 'Old kind' },
  newborn: { ru: 'Новорождённый: по полису матери', en: 'Newborn: by the mother’s policy' },
};

export const bloodTexts: Texts<(typeof bloodGroups)[number]> = {
  O: { ru: 'O (I) первая', en: 'O' },
  A: { ru: 'A (II) вторая', en: 'A' },
  B: { ru: 'B (III) третья', en: 'B' },
  AB: { ru: 'AB (IV) четвёртая', en: 'AB' },
};

/** Categories of those entitled to state social help (178-ФЗ, статья 6.1), as talons name them. */
export const benefitTexts: Readonly<Record<string, Text>> = {
  '010': { ru: 'Инвалиды войны', en: 'Disabled by war' },
  '020': { ru: 'Участники Великой Отечественной войны', en: 'War participants' },
  '030': { ru: 'Ветераны боевых действий', en: 'Combat veterans' },
  '050': { ru: 'Жители блокадного Ленинграда', en: 'Residents of besieged Leningrad' },
  '060': { ru: 'Члены семей погибших', en: 'Families of the fallen' },
  '081': { ru: 'Инвалиды I группы', en: 'Disability group I' },
  '082': { ru: 'Инвалиды II группы', en: 'Disability group II' },
  '083': { ru: 'Инвалиды III группы', en: 'Disability group III' },
  '084': { ru: 'Дети-инвалиды', en: 'Disabled children' },
};

export function benefitText(code: string): string | undefined {
  return benefitTexts[code]?.ru;
}

export interface ConsentText extends Text {
  law: string;
  refusal: boolean;
  /** Asked of everyone at first contact. */
  needed: boolean;
}

export const consentTexts: Readonly<Record<ConsentKind, ConsentText>> = {
  treatment: { ru: 'Информированное добровольное согласие на медицинское вмешательство', en: 'Informed consent to medical intervention', law: '323-ФЗ, статья 20', refusal: false, needed: true },
  data: { ru: 'Согласие на обработку персональных данных', en: 'Consent to processing of personal data', law: '152-ФЗ, статья 9', refusal: false, needed: true },
  'treatment-refusal': { ru: 'Отказ от медицинского вмешательства', en: 'Refusal of medical intervention', law: '323-ФЗ, статья 20', refusal: true, needed: false },
  'vaccination-refusal': { ru: 'Отказ от прививки', en: 'Refusal of vaccination', law: '157-ФЗ, статья 5', refusal: true, needed: false },
  'examination-refusal': { ru: 'Отказ от диспансеризации', en: 'Refusal of the check-up', law: '323-ФЗ, статья 46', refusal: true, needed: false },
  disclosure: { ru: 'Согласие на передачу сведений названным лицам', en: 'Consent to disclosure to named persons', law: '323-ФЗ, статья 13', refusal: false, needed: false },
  remote: { ru: 'Согласие на телемедицинскую консультацию', en: 'Consent to telemedicine', law: '323-ФЗ, статья 36.2', refusal: false, needed: false },
};
