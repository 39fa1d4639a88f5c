import { useState } from 'react';
import {
  Button, DataList, Empty, Go, Loaded, Notice, PageBody, PageHead, Part, RefusalNotice, SelectField, Sheet, api, formatDate, formatDay, formatMoment, keycap, newKey, toast, useAct, useGo, useHotkey, useLanguage, usePageSearch, usePerson, useRead, useText, useWords, type Column,
} from '../../../ui/index.ts';
import type { Batch, NotBilled, ServiceRow, ServicesAnswer } from '../contract.ts';
import { batchApi, casePath } from '../paths.ts';
import { caseWords } from './words.ts';
import css from './cases.module.css';

/** The account of a month: what goes in, what cannot and why, one act to export it. */
export function ServicesPage() {
  const t = useWords(caseWords);
  const text = useText();
  const language = useLanguage();
  const months = lastMonths(new Date());
  const [search, setSearch] = usePageSearch<{ month?: string; payer?: string }>();
  const month = months.includes(search.month ?? '') ? search.month! : months[0]!;
  const payer = search.payer || undefined;
  const path = `/cases/services?month=${month}${payer ? `&payer=${encodeURIComponent(payer)}` : ''}`;
  const read = useRead<ServicesAnswer>(path, { types: ['EpisodeOfCare'], keepLast: true });
  const data = read.data;
  return (
    <PageBody>
      <PageHead title={t.account} note={t.accountNote} />
      <div className={css.filters}>
        <SelectField label={t.month} value={month} options={months.map((value) => ({ value, text: capital(formatDate(value, { language })) }))} onChange={(value) => setSearch({ month: value })} />
        <SelectField label={t.payer} value={payer ?? ''} options={[{ value: '', text: t.all }, ...(data?.payers ?? []).map((one) => ({ value: one.code, text: text(one) }))]} onChange={(value) => setSearch({ payer: value || undefined })} />
        {data ? <Export key={path} month={month} payer={payer} data={data} /> : null}
      </div>
      <Loaded read={read}>{(answer) => <Account answer={answer} />}</Loaded>
    </PageBody>
  );
}

function Export({ month, payer, data }: { month: string; payer: string | undefined; data: ServicesAnswer }) {
  const t = useWords(caseWords);
  const [id, setId] = useState(newKey);
  const act = useAct((_: void, call) => api.post<Batch>('/cases/batches', { id, month, ...(payer ? { payer } : {}) }, { ...call, seconds: 600 }), {
    renews: ['/cases/services'],
    onDone: (batch) => {
      // asked again while it is still being gathered: the same batch, which is not there yet
      if (batch.state !== 'ready' || batch.number === null) return;
      toast(t.exported(batch.number, batch.services));
      download(batch.id);
      setId(newKey());
    },
    onRefused: () => setId(newKey()),
  });
  const { data: batch } = useRead<Batch>(batchApi(id), { when: act.busy, everySeconds: 1 });
  const reason = !data.mayExport ? t.exportNotYours : data.rows.length === 0 ? t.exportNothing : undefined;
  useHotkey('ctrl+enter', () => (reason === undefined ? act.run() : undefined), { text: t.export });
  return (
    <div className={css.act}>
      <Button kind="main" keys={keycap('ctrl+enter')} busy={act.busy} reason={reason} onClick={() => act.run()}>{t.export}</Button>
      {act.busy && batch && batch.total > 0 ? (
        <div className={css.progress} role="status">
          <progress value={batch.done} max={batch.total} aria-label={t.exporting(batch.done, batch.total)} />
          <small>{t.exporting(batch.done, batch.total)}</small>
        </div>
      ) : null}
      {act.refusal ? <RefusalNotice error={act.refusal} title={t.notExported} /> : null}
    </div>
  );
}

function Account({ answer }: { answer: ServicesAnswer }) {
  const t = useWords(caseWords);
  const text = useText();
  const language = useLanguage();
  const go = useGo();
  const person = usePerson();
  const name = (code: string) => {
    const choice = answer.payers.find((one) => one.code === code);
    return choice ? text(choice) : code;
  };
  const { totals } = answer;
  const columns: Column<ServiceRow>[] = [
    { key: 'patient', title: t.patient, value: (row) => row.patient.shortName, head: true },
    { key: 'policy', title: t.policy, value: (row) => row.policy, render: (row) => <span className={css.nowrap}>{row.policy}</span> },
    ...(answer.mayExport ? [{ key: 'icd', title: 'МКБ-10', value: (row: ServiceRow) => row.icd }] : []),
    { key: 'service', title: t.service, value: (row) => `${row.service.code} ${row.service.name}`, render: (row) => <span title={row.service.name}><b className={css.code}>{row.service.code}</b> {row.service.name}</span>, width: '34%' },
    { key: 'date', title: t.date, value: (row) => row.date, render: (row) => <span className={css.nowrap}>{formatDay(row.date, { language })}</span> },
    { key: 'doctor', title: t.doctor, value: (row) => row.doctor, choice: true },
    { key: 'payer', title: t.payer, value: (row) => name(row.payer) },
  ];
  const note = [totals.services > 0 ? t.totals(totals.cases, totals.services, totals.patients) : '', ...(totals.byPayer.length > 1 ? totals.byPayer.map((one) => `${name(one.payer)}: ${t.servicesCount(one.services)}`) : []), answer.exported > 0 ? t.alreadyExported(answer.exported) : ''].filter(Boolean).join(' · ');
  return (
    <>
      {answer.mayExport ? null : <Notice>{t.codeHidden}</Notice>}
      <Part title={t.services} {...(note ? { note } : {})}>
        <DataList label={t.services} rows={answer.rows} columns={columns} rowKey={(row) => `${row.case} ${row.date} ${row.service.code}`} {...(person.role === 'head' ? { onOpen: (row: ServiceRow) => go(casePath(row.case)) } : {})} empty={<Empty title={t.emptyAccount}>{t.emptyAccountText}</Empty>} />
      </Part>
      {answer.notBilled.length > 0 ? <NotBilledPart rows={answer.notBilled} linked={person.role === 'head'} /> : null}
      {answer.mayExport && answer.batches.length > 0 ? <Batches batches={answer.batches} /> : null}
    </>
  );
}

function NotBilledPart({ rows, linked }: { rows: readonly NotBilled[]; linked: boolean }) {
  const t = useWords(caseWords);
  const language = useLanguage();
  const columns: Column<NotBilled>[] = [
    { key: 'patient', title: t.patient, value: (row) => row.patient.shortName, head: true, ...(linked ? { render: (row: NotBilled) => <Go to={casePath(row.case)}>{row.patient.shortName}</Go> } : {}) },
    { key: 'reason', title: t.reason, value: (row) => row.obstacles.map((one) => t.obstacle(one)).join(', ') },
    { key: 'end', title: t.date, value: (row) => row.end, render: (row) => <span className={css.nowrap}>{formatDay(row.end, { language })}</span> },
  ];
  return (
    <Part title={t.notBilled} note={t.notBilledHint}>
      <DataList label={t.notBilled} rows={rows} columns={columns} rowKey={(row) => row.case} empty={null} filter={false} />
    </Part>
  );
}

function Batches({ batches }: { batches: readonly Batch[] }) {
  const t = useWords(caseWords);
  const language = useLanguage();
  return (
    <Part title={t.batches}>
      <Sheet kind="pad">
        <ul className={css.batches}>
          {batches.map((batch) => (
            <li key={batch.id}>
              <b>{t.batch(batch.number ?? 0)}</b>
              <span>{formatDate(batch.month, { language })}</span>
              <span>{t.servicesCount(batch.services)}</span>
              <small>{formatMoment(batch.made, { language })}</small>
              <a href={tableAddress(batch.id)} download>{t.download}</a>
            </li>
          ))}
        </ul>
      </Sheet>
    </Part>
  );
}

const tableAddress = (batch: string): string => `/api${batchApi(batch)}/table`;
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

function download(batch: string): void {
  const link = document.createElement('a');
  link.href = tableAddress(batch);
  link.download = '';
  link.click();
}

/** This month and the eleven before it: `2026-11`. */
function lastMonths(now: Date): string[] {
  return Array.from({ length: 12 }, (_, back) => {
    const first = new Date(now.getFullYear(), now.getMonth() - back, 1);
    return `${first.getFullYear()}-${String(first.getMonth() + 1).padStart(2, '0')}`;
  });
}
