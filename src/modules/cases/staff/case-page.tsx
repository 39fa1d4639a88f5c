import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import {
  Button, Chip, Go, Loaded, Notice, PageBody, Part, RefusalNotice, SelectField, Skeleton, TextField, formatAge, formatDay, formatMoment, keycap, useHotkey, useLanguage, usePageParams, useRead, useText, useWords,
} from '../../../ui/index.ts';
import { cardPath } from '../../chart/paths.ts';
import { visitPath } from '../../visits/paths.ts';
import type { CaseAnswer, Choices, ListName } from '../contract.ts';
import { caseApi } from '../paths.ts';
import type { Course } from '../rules.ts';
import { TalonSheet } from './talon-sheet.tsx';
import { useCase } from './use-case.ts';
import { caseWords } from './words.ts';
import css from './cases.module.css';

/** One case: the outcome by a key, the rest filled in by Karta, the talon beside it, closed by Ctrl+Enter. */
export function CasePage() {
  const { case: id } = usePageParams<{ case: string }>();
  const read = useRead<CaseAnswer>(caseApi(id), { types: ['EpisodeOfCare', 'Encounter', 'Condition'] });
  if (read.data === undefined) return <PageBody><Loaded read={read} skeleton={<Skeleton lines={8} />}>{() => null}</Loaded></PageBody>;
  return <Case key={id} answer={read.data} />;
}

function Case({ answer }: { answer: CaseAnswer }) {
  const t = useWords(caseWords);
  const act = useCase(answer.id);
  const shown = withChosen(answer, act.chosen);
  const left = shown.missing.map((one) => t.missing(one.what));
  const reason = left.length > 0 ? t.leftReason([...new Set(left)].join(', ')) : undefined;
  const closable = answer.may.change;
  useHotkey('ctrl+enter', () => (reason === undefined ? act.finish() : undefined), { text: t.closeCase, when: closable, inFields: true });
  return (
    <div className={css.page} data-closed={answer.state === 'closed' || undefined}>
      <Head answer={shown} />
      <div className={css.work}>
        {act.refusal ? <RefusalNotice error={act.refusal} title={answer.state === 'open' ? t.notClosed : t.notSaved} /> : null}
        {answer.exported ? <ExportedNotice exported={answer.exported} /> : null}
        {answer.state === 'closed' && answer.may.reopen ? <Reopen act={act.reopen} /> : null}
        {closable ? (
          <>
            <Outcomes answer={shown} onChoose={(outcome) => act.choose({ outcome })} />
            <Rest answer={shown} onChoose={act.choose} />
          </>
        ) : null}
        <Visits answer={shown} />
      </div>
      <div className={css.paper}>
        <Part title={t.talon} end={<Button small kind="quiet" icon={<IconPrinter size={16} aria-hidden="true" />} onClick={() => print()}>{t.print}</Button>}>
          <TalonSheet lines={shown.talon} organization={answer.organization} number={answer.id} />
        </Part>
      </div>
      {answer.state === 'open' ? (
        <div className={css.bar} data-print="no">
          <span role="status">{left.length > 0 ? <>{t.left} <b>{[...new Set(left)].join(', ')}</b></> : t.allThere}</span>
          <Button kind="main" keys={keycap('ctrl+enter')} busy={act.closing} reason={closable ? reason : t.notYours} onClick={act.finish}>{t.closeCase}</Button>
        </div>
      ) : null}
    </div>
  );
}

/** What was just chosen stands at once, before the server has kept it: in the lines, on the talon, in what is missing. */
function withChosen(answer: CaseAnswer, chosen: Choices): CaseAnswer {
  const entries = Object.entries(chosen).filter((entry): entry is [keyof Choices, string] => typeof entry[1] === 'string');
  if (entries.length === 0) return answer;
  const proposal = { ...answer.proposal, ...Object.fromEntries(entries.map(([key, value]) => [key, { value, stated: true }])) };
  const said = new Map<string, string>(entries.flatMap(([key, value]) => {
    const choice = answer.lists[key as ListName]?.find((one) => one.code === value);
    return choice ? [[key, `${choice.number ?? choice.code} — ${choice.ru.toLowerCase()}`] as const] : [];
  }));
  return {
    ...answer, proposal, missing: answer.missing.filter((one) => !entries.some(([key]) => key === one.what)),
    talon: answer.talon.map((line) => (said.has(line.key) ? { ...line, values: [said.get(line.key)!], mark: 'stated' } : line)),
  };
}

function Head({ answer }: { answer: CaseAnswer }) {
  const t = useWords(caseWords);
  const language = useLanguage();
  const final = answer.diagnoses.find((one) => one.condition === answer.proposal.final?.value);
  const facts = [formatAge(answer.patient.birthDate, { language }), answer.state === 'open' ? t.caseOf(t.days(answer.days)) : answer.end ? t.closedOn(formatDay(answer.end, { language })) : '', t.visitsCount(answer.visits.length), answer.doctor.name];
  return (
    <header className={css.head}>
      <div className={css.headLine}>
        <h1>{answer.patient.name}</h1>
        <Chip tone={answer.state === 'open' ? 'accent' : 'done'}>{answer.state === 'open' ? t.isOpen : t.isClosed}</Chip>
        <Go to={cardPath(answer.patient.id)}>{t.openCard}</Go>
      </div>
      <div className={css.headLine}>
        <span title={final?.code}>{final ? <><b>{final.code}</b> {final.text}</> : <span className={css.unknown}>{t.noDiagnosis}</span>}</span>
        <small>{facts.filter(Boolean).join(' · ')}</small>
      </div>
    </header>
  );
}

function ExportedNotice({ exported }: { exported: NonNullable<CaseAnswer['exported']> }) {
  const t = useWords(caseWords);
  const language = useLanguage();
  return <Notice>{t.inAccount(exported.number, formatMoment(exported.made, { language }))}</Notice>;
}

function Outcomes({ answer, onChoose }: { answer: CaseAnswer; onChoose: (code: string) => void }) {
  const t = useWords(caseWords);
  const text = useText();
  return (
    <Part title={t.outcome} note={<span className={css.keysNote}>{t.outcomeHint}</span>}>
      <div className={css.outcomes} role="radiogroup" aria-label={t.outcome}>
        {answer.lists.outcome.map((choice, index) => <Outcome key={choice.code} number={index + 1} text={text(choice)} checked={answer.proposal.outcome?.value === choice.code} onChoose={() => onChoose(choice.code)} />)}
      </div>
    </Part>
  );
}

function Outcome({ number, text, checked, onChoose }: { number: number; text: string; checked: boolean; onChoose: () => void }) {
  useHotkey(String(number), onChoose, { text });
  return (
    <label>
      <input type="radio" name="outcome" checked={checked} onChange={onChoose} />
      <span>{text}</span>
      <kbd aria-hidden="true">{number}</kbd>
    </label>
  );
}

function Rest({ answer, onChoose }: { answer: CaseAnswer; onChoose: (choices: Choices) => void }) {
  const t = useWords(caseWords);
  const text = useText();
  const { proposal, lists, diagnoses } = answer;
  const written = answer.visits.flatMap((visit) => visit.diagnoses);
  const hint = (key: keyof typeof proposal) => (proposal[key] && !proposal[key].stated ? { hint: t.proposed } : {});
  const options = (list: ListName) => lists[list].map((choice) => ({ value: choice.code, text: text(choice) }));
  const named = (condition: string | undefined) => {
    const own = written.find((one) => one.condition === condition);
    const all = own && !diagnoses.includes(own) && !diagnoses.some((one) => one.condition === own.condition) ? [own, ...diagnoses] : diagnoses;
    return all.map((one) => ({ value: one.condition, text: `${one.code} ${one.text}` }));
  };
  return (
    <Part title={t.rest} note={t.restHint}>
      <div className={css.rest}>
        <SelectField label={t.final} value={proposal.final?.value} options={named(proposal.final?.value)} onChange={(final) => onChoose({ final })} {...hint('final')} />
        <SelectField label={t.preliminary} value={proposal.preliminary?.value} options={named(proposal.preliminary?.value)} onChange={(preliminary) => onChoose({ preliminary })} {...hint('preliminary')} />
        <SelectField label={t.purpose} value={proposal.purpose?.value} options={options('purpose')} onChange={(purpose) => onChoose({ purpose })} {...hint('purpose')} />
        <SelectField label={t.payer} value={proposal.payer?.value} options={options('payer')} onChange={(payer) => onChoose({ payer })} {...hint('payer')} />
        <SelectField label={t.course} value={proposal.course?.value} options={options('course')} onChange={(course) => onChoose({ course: course as Course })} {...hint('course')} />
        <SelectField label={t.result} value={proposal.result?.value} options={options('result')} onChange={(result) => onChoose({ result })} {...hint('result')} />
      </div>
    </Part>
  );
}

function Visits({ answer }: { answer: CaseAnswer }) {
  const t = useWords(caseWords);
  const language = useLanguage();
  return (
    <Part title={t.visits}>
      <ul className={css.visits}>
        {answer.visits.map((visit) => (
          <li key={visit.id}>
            <Go to={visitPath(visit.id)}>{formatDay(visit.start, { language })}</Go>
            <span>{visit.state === 'open' ? <Chip tone="attention">{t.notSigned}</Chip> : visit.diagnoses.map((one) => `${one.code} ${one.text}`).join('; ') || t.noDiagnosis}</span>
            <small>{[visit.doctor.name, visit.service ? `${visit.service.code} ${visit.service.name}` : t.noService].join(' · ')}</small>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Reopen({ act }: { act: ReturnType<typeof useCase>['reopen'] }) {
  const t = useWords(caseWords);
  const [reason, setReason] = useState('');
  const short = reason.trim().length < 3 ? t.tooShort : undefined;
  const run = () => (short === undefined ? act.run(reason.trim()) : undefined);
  return (
    <div className={css.reopen}>
      <TextField label={t.reopenWhy} hint={t.reopenHint} value={reason} onChange={setReason} onEnter={run} />
      <Button reason={short} busy={act.busy} onClick={run}>{t.reopen}</Button>
    </div>
  );
}
