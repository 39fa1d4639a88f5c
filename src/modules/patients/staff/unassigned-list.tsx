import { Button, Go, Notice, RefusalNotice, api, formatMoment, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { AssignInput, CardAnswer, WrittenSince } from '../contract.ts';
import { titlePagePath } from '../paths.ts';
import css from './patients.module.css';
import { typeWords, words } from './words.ts';

/** After two cards were taken apart: what was written meanwhile, each entry to stay or to go to the other card. Both can be taken back. */
export function UnassignedList({ card }: { card: CardAnswer }) {
  const t = useWords(words);
  const named = useWords(typeWords);
  const language = useLanguage();
  const path = `/patients/${card.id}/unassigned`;
  const read = useRead<WrittenSince[]>(path, { types: ['Patient'], patient: card.id });
  const assign = useAct((input: AssignInput & { card: string }, call) => api.post<{ version: number }>(`/patients/${input.card}/assign`, { reference: input.reference, version: input.version, to: input.to, undo: input.undo }, call), {
    renews: [path, '/patients/', '/registry/patients'],
    onDone: ({ version }, { reference, card: from, to, undo }) => {
      if (undo) toast(t.assignUndone);
      else toast(from === to ? t.leftHere : t.movedOver, { onUndo: () => assign.run({ card: to, reference, version, to: from, undo: true }) });
    },
  });
  const list = read.data ?? [];
  if (list.length === 0 && !assign.refusal) return null;
  return (
    <>
      {assign.refusal ? <RefusalNotice error={assign.refusal} /> : null}
      {list.length > 0 ? <Notice tone="attention" title={t.since_(list.length)}>{t.sinceHint}</Notice> : null}
      <div className={css.list} role="list" aria-label={t.sinceHint}>
        {list.map((one) => {
          const reference = `${one.type}/${one.id}`;
          const name = named[one.type as keyof typeof named] ?? one.type;
          return (
            <div key={reference} className={css.item} role="listitem" {...(one.fixed ? {} : { 'data-tone': 'attention' })}>
              <span>{name}<br /><small>{formatMoment(one.updated, { language })} · {one.card === card.id ? t.inThisCard : <Go to={titlePagePath(one.card)}>{t.inOtherCard}</Go>}</small></span>
              {one.fixed ? <small>{one.fixed === 'document' ? t.askCorrection : t.askVisit}</small> : (
                <div className={css.line}>
                  <Button small busy={assign.busy} label={`${one.card === card.id ? t.leaveHere : t.leaveThere}: ${name}`} onClick={() => assign.run({ card: one.card, reference, version: one.version, to: one.card, undo: false })}>{one.card === card.id ? t.leaveHere : t.leaveThere}</Button>
                  <Button small kind="quiet" busy={assign.busy} label={`${one.card === card.id ? t.moveOver : t.moveHere}: ${name}`} onClick={() => assign.run({ card: one.card, reference, version: one.version, to: one.other, undo: false })}>{one.card === card.id ? t.moveOver : t.moveHere}</Button>
                </div>
              )}
            </div>
          );
        })}
      </div>
    </>
  );
}
