import { useEffect, useMemo, useRef, useState } from 'react';
import {
  Autosave, Button, Go, Loaded, Notice, PageBody, PatientBanner, QuestionnaireDocument, RefusalNotice, Skeleton, api, confirm, formatDate, formatDay, formatTime, keycap, shortName, toast, useAct, useGo, useHotkey, useLanguage,
  usePageParams, usePageTitle, usePerson, useRead, useWords, type Answers,
} from '../../../ui/index.ts';
import { cardPath, dayPath } from '../../chart/paths.ts';
import { documentPath } from '../../documents/paths.ts';
import type { ChangesAnswer, FieldValue, Missing, SignAnswer, VisitAnswer } from '../contract.ts';
import { visitApi, visitPath } from '../paths.ts';
import { ageAt, entryKind, judgeVital, mayEdit, readTemplate, vitalByCode, type Role } from '../rules.ts';
import { Beside } from './beside.tsx';
import { DoctorsPart } from './doctors-part.tsx';
import type { DeskField, DraftDesk } from './draft-desk.ts';
import { focusOn } from './entries.ts';
import { ownQuestionnaire } from './own-questionnaire.ts';
import { useDesk } from './use-desk.ts';
import css from './visit.module.css';
import { notesOf, visitWidgets } from './visit-widgets.tsx';
import { words } from './words.ts';

/** The visit: on the left the document as it will read, on the right what is looked up while writing. */
export function VisitPage() {
  const { encounter } = usePageParams<{ encounter: string }>();
  const t = useWords(words);
  // the desk takes what changes; reading anew is for another draft only
  const read = useRead<VisitAnswer>(visitApi(encounter), { types: [] });
  return (
    <Loaded read={read} title={t.notAnswered} skeleton={<PageBody><Skeleton lines={10} /></PageBody>}>
      {(visit) => <VisitSheet key={`${visit.draft.id} ${visit.draft.state} ${visit.template.id} ${visit.template.meta?.versionId ?? ''}`} visit={visit} renew={() => void read.refetch()} />}
    </Loaded>
  );
}

function VisitSheet({ visit, renew }: { visit: VisitAnswer; renew: () => void }) {
  const t = useWords(words);
  const language = useLanguage();
  const person = usePerson();
  const go = useGo();
  const { encounter, patient, may } = visit;
  const { desk, state } = useDesk(visit, person);
  const template = useMemo(() => readTemplate(visit.template), [visit.template]);
  const role = may.role as Role;
  const own = useMemo(() => ownQuestionnaire(visit.template, template, role), [visit.template, template, role]);
  const [goal, setGoal] = useState<{ linkId: string }>();
  const [refusal, setRefusal] = useState<unknown>();
  // what is missing is marked on the sheet once the doctor has tried to sign, not while he has hardly begun
  const [tried, setTried] = useState(false);
  const age = ageAt(patient.birthDate, new Date(encounter.start));
  const isOpen = state.state === 'open';
  const notes = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // what became of the document stands above the sheet: it must be seen
    if (!isOpen || refusal !== undefined) notes.current?.scrollIntoView({ block: 'center' });
  }, [isOpen, refusal]);
  // a goal once reached is none: the next drawing must not fetch the caret back
  useEffect(() => {
    if (!goal) return undefined;
    const timer = setTimeout(() => setGoal(undefined), 100);
    return () => clearTimeout(timer);
  }, [goal]);
  usePageTitle(`${patient.shortName} · ${t.visit}`);
  useFirstField(desk, isOpen, may.editAll);

  const api_ = visitApi(encounter.id);
  const sign = useAct(
    async () => {
      await desk.flush();
      if (!desk.settled) throw new Error(t.notSettled);
      return api.post<SignAnswer>(`${api_}/signature`, { version: desk.getState().version }, { seconds: 60 });
    },
    { onDone: () => renewAfter(renew, setRefusal), onRefused: setRefusal },
  );
  const correct = useAct(() => api.post<{ encounter: string }>(`/visits/corrections/${state.document ?? visit.draft.document ?? ''}`), { onDone: (answer) => (answer.encounter === encounter.id ? renewAfter(renew, setRefusal) : go(visitPath(answer.encounter))), onRefused: setRefusal });
  const restore = useAct(() => api.post(`${api_}/draft`), { onDone: () => renewAfter(renew, setRefusal), onRefused: setRefusal });
  const discard = useAct(() => api.remove(`${api_}/draft`), {
    onDone: () => {
      renewAfter(renew, setRefusal);
      toast(t.discarded, { onUndo: () => restore.run() });
    },
    onRefused: setRefusal,
  });
  const confirmCopy = useAct((input: { linkId: string; revision: number }) => api.post<ChangesAnswer>(`${api_}/confirmations`, { editor: desk.editor, ...input }), { onDone: (answer) => desk.take(answer), onRefused: setRefusal });

  const leadTo = ({ linkId }: Missing) => {
    const kind = entryKind(linkId);
    if (state.conflicts.some((conflict) => conflict.linkId === linkId)) focusOn(`conflict-${linkId}`);
    else if (kind === 'prescription') focusOn(state.fields.get(linkId) && !(state.fields.get(linkId)!.value as { dosage?: string }).dosage ? `dosage-${linkId}` : `answer-${linkId}`);
    else if (template.items.get(linkId)?.kind === 'diagnoses') focusOn('diagnosis-new');
    else if (template.items.get(linkId)?.kind === 'vital') focusOn(`answer-${linkId}`);
    else setGoal({ linkId });
  };
  const reason = !may.sign && isOpen ? t.onlyDoctor(encounter.doctor.name) : state.missing.length > 0 ? t.signReason(state.missing.map((each) => each[language]).join(', ')) : undefined;
  const onSign = () => {
    if (!isOpen) return;
    if (reason === undefined) sign.run();
    else if (may.sign && state.missing[0]) {
      setTried(true);
      leadTo(state.missing[0]);
    }
  };
  useHotkey('ctrl+enter', onSign, { text: t.keySign, when: isOpen && may.editAll, inFields: true });

  const { fromCard } = t;
  const answers = useMemo(() => answersOf(state.fields, language, fromCard), [state.fields, language, fromCard]);
  const writes = (linkId: string) => isOpen && mayEdit(role, linkId, template);

  return (
    <>
      <PatientBanner
        name={patient.name} birthDate={patient.birthDate} gender={patient.sex} snils={patient.snils} district={patient.district}
        allergies={patient.allergies.state === 'known' ? { kind: 'known', items: patient.allergies.items } : { kind: patient.allergies.state }}
        alerts={patient.alerts.map((text) => ({ text }))} reason={t.started(formatTime(encounter.start), encounter.case?.title ?? '')}
      />
      <div className={css.visit}>
        <div className={css.notes} ref={notes}>
          {refusal === undefined ? null : <RefusalNotice error={refusal} title={t.notDone} actions={<Button small kind="quiet" onClick={() => setRefusal(undefined)}>{t.close}</Button>} />}
          {isOpen && visit.draft.replaces ? <Notice tone="info">{t.correction}</Notice> : null}
          {state.state === 'signed' ? (
            <Notice
              tone="done" title={t.signed}
              actions={
                <>
                  {state.document ?? visit.draft.document ? <Go to={documentPath(state.document ?? visit.draft.document ?? '')}>{t.open}</Go> : null}
                  <Go to={cardPath(patient.id)}>{t.toCard}</Go>
                  {encounter.doctor.reference === person.reference ? <Button small busy={correct.busy} onClick={() => correct.run()}>{t.correct}</Button> : null}
                  <Button small kind="quiet" onClick={() => go(dayPath)}>{t.toDay}</Button>
                </>
              }
            >
              {t.signedHint}
            </Notice>
          ) : null}
          {state.state === 'discarded' ? <Notice tone="attention" title={t.discarded} actions={<Button small busy={restore.busy} onClick={() => restore.run()}>{t.restore}</Button>}>{t.discardedHint}</Notice> : null}
        </div>
        <div
          className={css.sheet} inert={!isOpen}
          onFocus={(event) => withLink(event.target, (linkId) => desk.enter(linkId))}
          onBlur={(event) => withLink(event.target, (linkId) => desk.leave(linkId))}
        >
          <QuestionnaireDocument
            questionnaire={own} values={answers} me={shortName(person.name)} heading={t.visitOn(formatDate(encounter.start, { language }))} goTo={goal} missing={tried ? state.missing.map((each) => each.linkId) : []}
            onChange={(linkId, value) => writes(linkId) && desk.type(linkId, asFieldValue(value))}
            onConfirm={(linkId) => {
              const field = state.fields.get(linkId);
              if (field && writes(linkId)) confirmCopy.run({ linkId, revision: field.revision });
            }}
            isHot={(linkId, value) => {
              const vital = vitalByCode(template.items.get(linkId)?.code);
              return vital !== undefined && typeof value === 'number' && judgeVital(vital, value, age) !== undefined;
            }}
            widgets={visitWidgets({ visit, template, desk, state, me: person.reference, lead: (linkId) => setGoal({ linkId }) })}
            below={notesOf({ template, desk, state })}
          />
          <DoctorsPart template={template} state={state} role={role} />
          {may.sign ? <div className={css.discard}><Button small kind="quiet" busy={discard.busy} onClick={() => void askDiscard(t).then((yes) => yes && discard.run())}>{t.discard}</Button></div> : null}
        </div>
        <Beside visit={visit} template={template} desk={desk} state={state} onTemplate={renew} onRefused={setRefusal} />
      </div>
      {isOpen ? (
        <footer className={css.foot}>
          <Autosave state={state.autosave} onAgain={() => void desk.flush()} />
          <MissingLinks missing={state.missing.filter((each) => writes(each.linkId))} onGo={leadTo} />
          <Button kind="quiet" onClick={() => void desk.flush().then(() => go(dayPath))}>{t.later}</Button>
          {may.editAll ? <Button kind="main" keys={keycap('ctrl+enter')} reason={reason} busy={sign.busy} onClick={onSign}>{t.sign}</Button> : null}
        </footer>
      ) : null}
    </>
  );
}

function askDiscard(t: { discard: string; discardedHint: string }): Promise<boolean> {
  return confirm({ title: `${t.discard}?`, text: t.discardedHint, act: t.discard, danger: true });
}

function renewAfter(renew: () => void, setRefusal: (refusal: unknown) => void): void {
  setRefusal(undefined);
  renew();
}

const shownMissing = 4;

function MissingLinks({ missing, onGo }: { missing: readonly Missing[]; onGo: (missing: Missing) => void }) {
  const t = useWords(words);
  const language = useLanguage();
  if (missing.length === 0) return <span className={css.missing} />;
  return (
    <span className={css.missing} role="status">
      {t.left}{' '}
      {missing.slice(0, shownMissing).map((each, at) => (
        <span key={`${each.linkId} ${each.ru}`}>
          {at > 0 ? ', ' : ''}
          <button type="button" onClick={() => onGo(each)}>{each[language]}</button>
        </span>
      ))}
      {missing.length > shownMissing ? ` ${t.andMore(missing.length - shownMissing)}` : ''}
    </span>
  );
}

/** The page opens where the work begins: the doctor at the first empty text, the nurse at the measurements. */
function useFirstField(desk: DraftDesk, isOpen: boolean, doctor: boolean): void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current || !isOpen) return;
    done.current = true;
    if (!doctor) focusOn('answer-vitals.systolic');
    else if (!desk.value('complaints')) focusOn('answer-complaints');
  }, [desk, isOpen, doctor]);
}

function withLink(target: EventTarget, act: (linkId: string) => void): void {
  const linkId = target instanceof HTMLElement && target.id.startsWith('answer-') ? target.id.slice('answer-'.length) : undefined;
  if (linkId) act(linkId);
}

function answersOf(fields: ReadonlyMap<string, DeskField>, language: 'ru' | 'en', fromCard: string): Answers {
  return Object.fromEntries(
    [...fields.values()].map((field) => [
      field.linkId,
      {
        value: shownValue(field.value), by: field.author && shortName(field.author.name), at: field.at, unconfirmed: field.unconfirmed,
        ...(field.source ? { source: field.source.document ? `${formatDay(field.source.date, { language })}, ${field.source.author}` : fromCard } : {}),
      },
    ]),
  );
}

function shownValue(value: FieldValue | null): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'object' || value.kind !== 'coding') return value;
  return { ...(value.system ? { system: value.system } : {}), code: value.code, display: value.display };
}

function asFieldValue(value: unknown): FieldValue | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const coding = value as { system?: string; code?: string; display?: string };
  return { kind: 'coding', ...(coding.system ? { system: coding.system } : {}), code: coding.code ?? coding.display ?? '', display: coding.display ?? coding.code ?? '' };
}
