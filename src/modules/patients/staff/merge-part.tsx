import { useState } from 'react';
import { Button, Go, Part, RefusalNotice, api, formatMoment, toast, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { CardAnswer, DoubleAnswer, PersonAnswer } from '../contract.ts';
import { titlePagePath } from '../paths.ts';
import { DoublesAside } from './doubles-aside.tsx';
import { PatientPicker } from './patient-picker.tsx';
import css from './patients.module.css';
import { UnassignedList } from './unassigned-list.tsx';
import { words } from './words.ts';

/** Cards of the same person: likely ones, merging with its undo, taking apart with what was written since. */
export function MergePart({ card }: { card: CardAnswer }) {
  const t = useWords(words);
  const language = useLanguage();
  const path = `/patients/${card.id}/title-page`;
  const [second, setSecond] = useState<PersonAnswer | undefined>();
  const [others, setOthers] = useState<string[]>([]);
  const doublesPath = `/patients/doubles#${card.id} ${card.version}`;
  const doubles = useRead<DoubleAnswer[]>(doublesPath, {
    when: card.active,
    read: async (signal) => api.post('/patients/doubles', { page: { ...card.page, representatives: [] }, except: [card.id, ...card.merged.map(({ id }) => id)] }, { signal }),
  });
  const unmerge = useAct((duplicate: string, call) => api.post(`/patients/${card.id}/unmerge`, { duplicate }, call), {
    renews: [path, `/patients/${card.id}/unassigned`, '/patients/doubles', '/registry/patients'],
    onDone: () => toast(t.unmerged),
  });
  const merge = useAct((duplicate: string, call) => api.post<CardAnswer>(`/patients/${card.id}/merge`, { duplicate }, call), {
    renews: [path, '/patients/doubles', '/registry/patients'],
    onDone: (_answer, duplicate) => {
      setSecond(undefined);
      toast(t.merged, { onUndo: () => unmerge.run(duplicate) });
    },
  });
  const refusal = merge.refusal ?? unmerge.refusal;
  const likely = (doubles.data ?? []).filter(({ id }) => !others.includes(id));
  return (
    <div className={css.stack}>
      {refusal ? <RefusalNotice error={refusal} /> : null}
      <UnassignedList card={card} />
      <Part title={t.merge}>
        {card.merged.length > 0 ? (
          <div className={css.list}>
            {card.merged.map((one) => (
              <div key={one.id} className={css.item}>
                <div className={css.row}>
                  <span><Go to={titlePagePath(one.id)}>{one.name}</Go><br /><small>{[one.card ? t.card(one.card) : '', one.at ? t.mergedAt(formatMoment(one.at, { language })) : ''].filter(Boolean).join(' · ')}</small></span>
                  <Button small busy={unmerge.busy} onClick={() => unmerge.run(one.id)}>{t.unmerge}</Button>
                </div>
              </div>
            ))}
          </div>
        ) : <small>{t.mergeHint}</small>}
        <PatientPicker label={t.mergeFind} value={second} onChange={setSecond} except={[card.id]} />
        {second ? <div className={css.line}><Button busy={merge.busy} onClick={() => merge.run(second.id)}>{t.mergeThis}</Button></div> : null}
      </Part>
      {likely.length > 0 ? (
        <>
          <DoublesAside doubles={likely} others={others} onOthers={setOthers} />
          {likely.map((one) => <div key={one.id} className={css.line}><Button small busy={merge.busy} onClick={() => merge.run(one.id)}>{t.mergeThis}: {one.shortName}{one.card ? `, ${one.card}` : ''}</Button></div>)}
        </>
      ) : null}
    </div>
  );
}
