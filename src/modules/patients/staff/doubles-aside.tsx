import { Button, Chip, Go, Part, formatAge, formatDate, useLanguage, useWords } from '../../../ui/index.ts';
import type { DoubleAnswer } from '../contract.ts';
import { titlePagePath } from '../paths.ts';
import css from './patients.module.css';
import { words } from './words.ts';

/** Cards that are likely the same person, with the reasons, beside the form while one types. */
export function DoublesAside({ doubles, others, onOthers }: { doubles: readonly DoubleAnswer[]; others: readonly string[]; onOthers: (others: string[]) => void }) {
  const t = useWords(words);
  const language = useLanguage();
  return (
    <Part title={t.doubles}>
      {doubles.length === 0 ? <small role="status">{t.doublesHint}</small> : (
        <div className={css.list} role="status">
          {doubles.map((double) => (
            <div key={double.id} className={css.item} data-tone={double.same ? 'danger' : 'attention'}>
              <b>{double.name}</b>
              <small>{[double.birthDate ? `${formatDate(double.birthDate, { language })}, ${formatAge(double.birthDate, { language })}` : '', double.address, double.card ? t.card(double.card) : ''].filter(Boolean).join(' · ')}</small>
              <span className={css.reasons}>{double.reasons.map((reason) => <Chip key={reason} tone={double.same ? 'danger' : 'attention'}>{reason}</Chip>)}</span>
              {double.same ? <small>{t.sameNumber}</small> : null}
              <div className={css.line}>
                <Go to={titlePagePath(double.id)}>{t.openThis}</Go>
                {double.same ? null : others.includes(double.id)
                  ? <><small>{t.isAnother}</small><Button small kind="quiet" onClick={() => onOthers(others.filter((id) => id !== double.id))}>{t.takeBack}</Button></>
                  : <Button small onClick={() => onOthers([...others, double.id])}>{t.another}</Button>}
              </div>
            </div>
          ))}
        </div>
      )}
    </Part>
  );
}
