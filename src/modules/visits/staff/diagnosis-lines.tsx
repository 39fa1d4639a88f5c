import { useState } from 'react';
import { LookupInput, api, newKey, useWords, type LookupOption } from '../../../ui/index.ts';
import type { DiagnosisProposal, DiagnosisValue, Problem } from '../contract.ts';
import { usualCourse } from '../rules.ts';
import type { DeskState, DraftDesk } from './draft-desk.ts';
import { entriesOf, focusOn } from './entries.ts';
import css from './visit.module.css';
import { words } from './words.ts';

interface Option extends LookupOption {
  proposal: DiagnosisProposal;
}

/** What the patient is known to have stands first: it is what most visits are about. */
async function search(typed: string, signal: AbortSignal, problems: readonly Problem[]): Promise<readonly Option[]> {
  const { diagnoses } = await api.post<{ diagnoses: DiagnosisProposal[] }>('/lookup/diagnoses', { text: typed, limit: 8 }, { signal });
  const isKnown = ({ code }: DiagnosisProposal) => problems.some((problem) => problem.code === code);
  return [...diagnoses.filter(isKnown), ...diagnoses.filter((each) => !isKnown(each))].map((proposal) => ({ key: proposal.code, code: proposal.code, text: proposal.display, proposal }));
}

/** Diagnoses, typed in words; proposals stand under the line until Enter takes one. */
export function DiagnosisLines({ desk, state, problems, mayEdit }: { desk: DraftDesk; state: DeskState; problems: readonly Problem[]; mayEdit: boolean }) {
  const t = useWords(words);
  const [round, setRound] = useState(0);
  const entries = entriesOf<DiagnosisValue>(state, 'diagnosis');
  const hasMain = entries.some(({ value }) => value.role === 'main');
  const take = ({ code, display }: DiagnosisProposal) => {
    const known = problems.some((problem) => problem.code === code);
    desk.type(`diagnosis:${newKey()}`, { kind: 'diagnosis', code, display, role: hasMain ? 'concomitant' : 'main', certainty: known ? 'final' : 'preliminary', course: usualCourse(code, known) });
    void desk.flush();
    setRound(round + 1);
    // the main diagnosis is said: what follows is the plan
    focusOn(hasMain ? 'diagnosis-new' : 'prescription-new');
  };
  return (
    <>
      <ul className={css.entries}>
        {entries.map(({ linkId, value }) => <DiagnosisLine key={linkId} linkId={linkId} value={value} desk={desk} mayEdit={mayEdit} />)}
      </ul>
      {mayEdit ? (
        <LookupInput<Option> key={round} inline className={css.line} control={{ id: 'diagnosis-new' }} label={t.diagnosis} search={(typed, signal) => search(typed, signal, problems)} value={undefined} onChange={(option) => option && take(option.proposal)} placeholder={entries.length > 0 ? t.oneMoreDiagnosis : t.typeDiagnosis} />
      ) : entries.length === 0 ? <p className={css.hint}>{t.doctorWrites}</p> : null}
    </>
  );
}

function DiagnosisLine({ linkId, value, desk, mayEdit }: { linkId: string; value: DiagnosisValue; desk: DraftDesk; mayEdit: boolean }) {
  const t = useWords(words);
  const change = (part: Partial<DiagnosisValue>) => desk.type(linkId, { ...value, ...part });
  const roles = { main: t.main, complication: t.complication, concomitant: t.concomitant };
  const certainties = { preliminary: t.preliminary, final: t.final };
  const courses = { acute: t.acute, 'new-chronic': t.newChronic, 'known-chronic': t.knownChronic };
  return (
    <li className={css.entry} id={`answer-${linkId}`}>
      <div>
        <b>{value.code}</b> {value.display}
        <div className={css.facts}>
          <Pick label={`${t.role}: ${value.code}`} value={value.role} options={roles} disabled={!mayEdit} onChange={(role) => change({ role })} />
          <Pick label={`${t.certainty}: ${value.code}`} value={value.certainty} options={certainties} disabled={!mayEdit} onChange={(certainty) => change({ certainty })} />
          <Pick label={`${t.course}: ${value.code}`} value={value.course} options={courses} disabled={!mayEdit} onChange={(course) => change({ course })} />
        </div>
      </div>
      {mayEdit ? <button type="button" className={css.drop} aria-label={t.remove(value.code)} onClick={() => desk.type(linkId, null)}>×</button> : null}
    </li>
  );
}

function Pick<V extends string>({ label, value, options, disabled, onChange }: { label: string; value: V; options: Readonly<Record<V, string>>; disabled: boolean; onChange: (value: V) => void }) {
  return (
    <select aria-label={label} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value as V)}>
      {(Object.entries(options) as [V, string][]).map(([key, text]) => <option key={key} value={key}>{text}</option>)}
    </select>
  );
}
