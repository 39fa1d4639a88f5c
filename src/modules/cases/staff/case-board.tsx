import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { ChoiceField, Chip, DataList, Empty, Go, Loaded, Notice, PageBody, PageHead, formatDay, toast, useAct, useGo, useLanguage, usePageSearch, usePerson, useRead, useWords, api, type Column } from '../../../ui/index.ts';
import type { CaseAnswer, OpenCase, OpenCases } from '../contract.ts';
import { caseApi, casePath, servicesPath } from '../paths.ts';
import { caseWords } from './words.ts';
import css from './cases.module.css';

/** Open cases: how long, how many visits, what is missing; the one next act of a row is to close it. */
export function CaseBoard() {
  const t = useWords(caseWords);
  const person = usePerson();
  const [search, setSearch] = usePageSearch<{ scope?: string }>();
  const scope = person.role === 'doctor' ? (search.scope === 'clinic' ? 'clinic' : 'mine') : 'clinic';
  const read = useRead<OpenCases>(`/cases?scope=${scope}`, { types: ['EpisodeOfCare', 'Encounter', 'Condition'], keepLast: true });
  const cases = read.data?.cases;
  const ready = cases?.filter((one) => one.ready).length ?? 0;
  const note = cases && cases.length > 0 ? [t.openCount(cases.length), ready > 0 ? t.readyCount(ready) : ''].filter(Boolean).join(' · ') : undefined;
  return (
    <PageBody>
      <PageHead
        title={t.openCases}
        {...(note ? { note } : {})}
        actions={person.role === 'doctor' ? <div className={css.scope}><ChoiceField label={t.whose} value={scope} options={[{ value: 'mine', text: t.mine }, { value: 'clinic', text: t.clinic }]} onChange={(value) => setSearch({ scope: value })} /></div> : <Go to={servicesPath}>{t.account}</Go>}
      />
      <Loaded read={read}>
        {(data) => (
          <>
            {data.more ? <Notice tone="attention">{t.many}</Notice> : null}
            <Board cases={data.cases} scope={scope} />
          </>
        )}
      </Loaded>
    </PageBody>
  );
}

function Board({ cases, scope }: { cases: readonly OpenCase[]; scope: 'mine' | 'clinic' }) {
  const t = useWords(caseWords);
  const language = useLanguage();
  const person = usePerson();
  const go = useGo();
  const desk = person.role === 'registrar';
  const reopen = useAct((answer: CaseAnswer, call) => api.post(`${caseApi(answer.id)}/reopening`, { version: answer.version, reason: t.undoReason }, call), { renews: ['/cases'] });
  const close = useAct((row: OpenCase, call) => api.post<CaseAnswer>(`${caseApi(row.id)}/closing`, { version: row.version, choices: {} }, call), {
    renews: ['/cases'],
    onDone: (answer) => void toast(t.closed, { onUndo: () => reopen.run(answer) }),
    onRefused: (refusal) => toast(refusal.sentence, { tone: 'danger' }),
  });
  // what lacks nothing closes at once and can be taken back; for the rest the doctor names the outcome on the case's page
  const act = (row: OpenCase) => (row.missing?.length === 0 ? close.run(row) : go(casePath(row.id)));
  const reason = (row: OpenCase) => (row.missing?.some((one) => one.what === 'open-visit') ? t.openVisitReason : person.role !== 'doctor' ? t.notYours : undefined);
  const columns: Column<OpenCase>[] = [
    { key: 'patient', title: t.patient, value: (row) => row.patient.shortName, head: true, width: '18%' },
    ...(desk ? [] : [{ key: 'diagnosis', title: t.diagnosis, value: (row: OpenCase) => (row.diagnosis ? `${row.diagnosis.code} ${row.diagnosis.text}` : ''), render: (row: OpenCase) => <DiagnosisCell row={row} />, width: '32%' }]),
    ...(scope === 'clinic' ? [{ key: 'doctor', title: t.doctor, value: (row: OpenCase) => row.doctor.name, choice: cases.length > 3 }] : []),
    { key: 'days', title: t.opened, value: (row) => row.days, render: (row) => <span title={t.since(formatDay(row.start, { language }))} className={row.days >= 30 ? css.long : css.nowrap}>{row.days >= 30 ? <IconAlertTriangle size={14} aria-hidden="true" /> : null}{t.days(row.days)}</span> },
    { key: 'visits', title: t.visits, value: (row) => row.visits, align: 'end' },
    ...(desk ? [] : [{ key: 'missing', title: t.lacks, value: (row: OpenCase) => (row.missing ?? []).map((one) => t.missing(one.what)).join(', '), render: (row: OpenCase) => <MissingCell row={row} /> }]),
  ];
  return (
    <DataList
      label={t.openCases}
      rows={cases}
      columns={columns}
      rowKey={(row) => row.id}
      sort={{ key: 'days', down: true }}
      {...(desk ? {} : { onOpen: (row: OpenCase) => go(casePath(row.id)) })}
      actions={desk || person.role === 'head' ? [] : [{ text: t.close, act, reason }]}
      empty={<Empty title={t.emptyTitle} icon={<IconCheck aria-hidden="true" />}>{t.emptyText}</Empty>}
    />
  );
}

function DiagnosisCell({ row }: { row: OpenCase }) {
  const t = useWords(caseWords);
  if (!row.diagnosis) return <span className={css.unknown}>{t.noDiagnosis}</span>;
  return <span title={row.diagnosis.code}><b className={css.code}>{row.diagnosis.code}</b> {row.diagnosis.text}</span>;
}

function MissingCell({ row }: { row: OpenCase }) {
  const t = useWords(caseWords);
  const missing = row.missing ?? [];
  if (missing.length === 0) return <Chip tone="done" icon={<IconCheck size={14} aria-hidden="true" />}>{t.nothingLacks}</Chip>;
  const [visit, rest] = [missing.some((one) => one.what === 'open-visit'), [...new Set(missing.filter((one) => one.what !== 'open-visit').map((one) => t.missing(one.what)))]];
  return (
    <span className={css.chips}>
      {visit ? <Chip tone="attention">{t.missing('open-visit')}</Chip> : null}
      {rest.length > 0 ? <span>{rest.join(', ')}</span> : null}
    </span>
  );
}
