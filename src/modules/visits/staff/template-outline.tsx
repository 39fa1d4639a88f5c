import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, Part, newKey, useLanguage, useWords } from '../../../ui/index.ts';
import { addField, canAddTo, moveItem, outlineOf, type FieldKind } from '../rules.ts';
import css from './template.module.css';
import { TemplateField, namesOf, type Edits } from './template-field.tsx';
import { templateWords } from './template-words.ts';

/** Sections and fields in their order; the chosen one opens under its name. Arrows go, Alt with an arrow moves. */
export function TemplateOutline({ questionnaire, onEdit }: Edits) {
  const t = useWords(templateWords);
  const language = useLanguage();
  const [chosen, setChosen] = useState<string | undefined>();
  const rows = outlineOf(questionnaire);
  const move = (linkId: string, by: -1 | 1) => {
    const next = moveItem(questionnaire, linkId, by);
    if (JSON.stringify(next.item) !== JSON.stringify(questionnaire.item)) onEdit(next, '');
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>, linkId: string) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const by = event.key === 'ArrowUp' ? -1 : 1;
    if (event.altKey) {
      const row = event.currentTarget;
      move(linkId, by);
      // A row that changes its place in the page loses the focus.
      requestAnimationFrame(() => row.focus());
    } else {
      const all = [...(event.currentTarget.closest('[data-outline]')?.querySelectorAll<HTMLButtonElement>('button[data-row]') ?? [])];
      all[all.indexOf(event.currentTarget) + by]?.focus();
    }
  };
  const add = (section: string, kind: FieldKind) => {
    const added = addField(questionnaire, section, kind, `own-${newKey().slice(0, 8)}`, { ru: 'Новое поле', en: '' });
    if (!added) return;
    onEdit(added.questionnaire, '');
    setChosen(added.linkId);
  };
  return (
    <Part title={t.outline} note={t.keys}>
      <div className={css.outline} data-outline>
        {rows.map(({ item, depth, section }, at) => {
          const name = namesOf(item)[language] || namesOf(item).ru || t.new_;
          const open = chosen === item.linkId;
          const ends = rows[at + 1]?.section !== section;
          return (
            <Fragment key={item.linkId}>
              <div className={css.row} data-depth={depth} data-open={open || undefined}>
                <button type="button" data-row className={css.name} aria-expanded={open} onClick={() => setChosen(open ? undefined : item.linkId)} onKeyDown={(event) => onKeyDown(event, item.linkId)}>
                  {name}{item.required && item.type !== 'group' ? <small> {t.needed}</small> : null}
                </button>
                <button type="button" className={css.arrow} aria-label={`${t.up}: ${name}`} onClick={() => move(item.linkId, -1)}><IconArrowUp size={16} stroke={1.6} aria-hidden="true" /></button>
                <button type="button" className={css.arrow} aria-label={`${t.down}: ${name}`} onClick={() => move(item.linkId, 1)}><IconArrowDown size={16} stroke={1.6} aria-hidden="true" /></button>
              </div>
              {open ? <TemplateField item={item} questionnaire={questionnaire} onEdit={onEdit} onRemoved={() => setChosen(undefined)} /> : null}
              {ends && canAddTo(questionnaire, section) ? (
                <div className={css.add}>
                  <small>{t.add}</small>
                  <Button small kind="quiet" onClick={() => add(section, 'text')}>{t.addText}</Button>
                  <Button small kind="quiet" onClick={() => add(section, 'number')}>{t.addNumber}</Button>
                  <Button small kind="quiet" onClick={() => add(section, 'choice')}>{t.addChoiceField}</Button>
                </div>
              ) : null}
            </Fragment>
          );
        })}
      </div>
    </Part>
  );
}
