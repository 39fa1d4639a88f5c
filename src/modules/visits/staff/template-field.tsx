import type { Element, Questionnaire, QuestionnaireItem } from '@medplum/fhirtypes';
import { Button, CheckField, TextField, useWords } from '../../../ui/index.ts';
import { canRemove, choicesOf, hintOf, mayBeRequired, nextCode, removeField, setChoices, setHint, setRequired, setText, type Choice } from '../rules.ts';
import css from './template.module.css';
import { templateWords } from './template-words.ts';

export interface Edits {
  questionnaire: Questionnaire;
  /** `place` joins what is typed into one field to one step of undo; empty: a step of its own. */
  onEdit: (questionnaire: Questionnaire, place: string) => void;
}

/** The words of an item; empty where it has none in that language. */
export function namesOf(item: QuestionnaireItem): { ru: string; en: string } {
  const english = (item as QuestionnaireItem & { _text?: Element })._text?.extension?.find((one) => one.extension?.some(({ valueCode }) => valueCode === 'en'));
  return { ru: item.text ?? '', en: english?.extension?.find(({ url }) => url === 'content')?.valueString ?? '' };
}

/** What may be changed of one field. */
export function TemplateField({ item, questionnaire, onEdit, onRemoved }: Edits & { item: QuestionnaireItem; onRemoved: () => void }) {
  const t = useWords(templateWords);
  const { linkId } = item;
  const names = namesOf(item);
  const choices = choicesOf(item);
  const typed = item.type === 'text' || item.type === 'string';
  const change = (at: number, words: Partial<Choice>) => onEdit(setChoices(questionnaire, linkId, choices!.map((one, index) => (index === at ? { ...one, ...words } : one))), `${linkId} choice ${at} ${Object.keys(words).join()}`);
  return (
    <div className={css.field}>
      <TextField label={t.textRu} value={names.ru} onChange={(text) => onEdit(setText(questionnaire, linkId, 'ru', text), `${linkId} ru`)} />
      <TextField label={t.textEn} value={names.en} onChange={(text) => onEdit(setText(questionnaire, linkId, 'en', text), `${linkId} en`)} />
      {typed ? <TextField label={t.hint} value={hintOf(item)} onChange={(text) => onEdit(setHint(questionnaire, linkId, text), `${linkId} hint`)} /> : null}
      {mayBeRequired(item) ? <CheckField label={t.required} value={item.required ?? false} onChange={(required) => onEdit(setRequired(questionnaire, linkId, required), '')} /> : null}
      {choices ? (
        <fieldset className={css.choices}>
          <legend>{t.choices}</legend>
          {choices.map((choice, at) => (
            <div key={choice.code} className={css.choice}>
              <TextField bare label={t.choiceRu(at + 1)} value={choice.ru} onChange={(ru) => change(at, { ru })} />
              <TextField bare label={t.choiceEn(at + 1)} value={choice.en} onChange={(en) => change(at, { en })} />
              <Button small kind="quiet" label={`${t.removeChoice}: ${choice.ru}`} reason={choices.length < 2 ? t.lastChoice : undefined} onClick={() => onEdit(setChoices(questionnaire, linkId, choices.toSpliced(at, 1)), '')}>{t.removeChoice}</Button>
            </div>
          ))}
          <Button small onClick={() => onEdit(setChoices(questionnaire, linkId, [...choices, { code: nextCode(choices), ru: '', en: '' }]), '')}>{t.addChoice}</Button>
        </fieldset>
      ) : null}
      <Button
        small kind="quiet" reason={canRemove(questionnaire, linkId) ? undefined : t.shared}
        onClick={() => {
          onEdit(removeField(questionnaire, linkId), '');
          onRemoved();
        }}
      >
        {t.remove}
      </Button>
      {canRemove(questionnaire, linkId) ? null : <small>{t.shared}</small>}
    </div>
  );
}
