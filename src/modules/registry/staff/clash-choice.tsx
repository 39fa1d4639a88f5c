import { Button, Notice, useLanguage, useWords } from '../../../ui/index.ts';
import type { Clash } from '../../patients/parts.tsx';
import css from './registry.module.css';
import { words } from './words.ts';

const names: Readonly<Record<string, { ru: string; en: string }>> = {
  family: { ru: 'Фамилия', en: 'Family name' }, given: { ru: 'Имя', en: 'Given name' }, patronymic: { ru: 'Отчество', en: 'Patronymic' }, sex: { ru: 'Пол', en: 'Sex' }, birthDate: { ru: 'Дата рождения', en: 'Birth date' },
  registered: { ru: 'Место регистрации', en: 'Registered address' }, living: { ru: 'Место проживания', en: 'Home address' }, phones: { ru: 'Телефоны', en: 'Phones' }, email: { ru: 'Электронная почта', en: 'E-mail' },
  snils: { ru: 'СНИЛС', en: 'СНИЛС' }, policy: { ru: 'Полис', en: 'Policy' }, benefit: { ru: 'Льгота', en: 'Benefit' }, document: { ru: 'Документ', en: 'Document' }, marital: { ru: 'Семейное положение', en: 'Marital status' },
  education: { ru: 'Образование', en: 'Education' }, employment: { ru: 'Занятость', en: 'Employment' }, workplace: { ru: 'Место работы', en: 'Place of work' }, post: { ru: 'Должность', en: 'Post' },
  disability: { ru: 'Инвалидность', en: 'Disability' }, blood: { ru: 'Группа крови', en: 'Blood group' }, representatives: { ru: 'Представители', en: 'Representatives' }, attachment: { ru: 'Прикрепление', en: 'Attachment' },
};

/** Fields that two people changed to different things, side by side, each to be decided. */
export function ClashChoice({ clashes, onChoose }: { clashes: readonly Clash[]; onChoose: (clash: Clash, mine: boolean) => void }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <Notice tone="attention" title={t.clash}>
      {clashes.map((clash) => (
        <div key={clash.field} className={css.clash} role="group" aria-label={names[clash.field]?.[language] ?? clash.field}>
          <b>{names[clash.field]?.[language] ?? clash.field}</b>
          <span><small>{t.yours}</small><br /><Button small onClick={() => onChoose(clash, true)}>{said(clash.mine) || t.empty}</Button></span>
          <span><small>{t.theirs}</small><br /><Button small onClick={() => onChoose(clash, false)}>{said(clash.theirs) || t.empty}</Button></span>
        </div>
      ))}
    </Notice>
  );
}

function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join('; ');
  if (value && typeof value === 'object') return Object.values(value).map(said).filter(Boolean).join(', ');
  return typeof value === 'string' ? value : '';
}
