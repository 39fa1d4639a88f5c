import { useDeferredValue, useState } from 'react';
import type { ReactNode } from 'react';
import { Chip, DataList, Empty, PageBody, PageHead, Part, TextField, api, formatAge, formatDate, formatTime, useGo, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { FoundPerson } from '../../patients/contract.ts';
import type { MineAnswer } from '../contract.ts';
import { cardPath } from '../paths.ts';
import { chartWords } from '../words.ts';

type Row = MineAnswer['patients'][number];

const asRow = ({ id, name, shortName, birthDate = '', district, clinic }: FoundPerson): Row => ({ id, name, shortName, birthDate, sex: 'unknown', reason: clinic ?? '', ...(district ? { district } : {}) });

/** People in my care; anybody else is found by typing. */
export function Patients() {
  const t = useWords(chartWords);
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed.trim());
  const mine = useRead<MineAnswer>('/chart/mine', { types: ['Appointment', 'Patient'] });
  // What is typed names a person: it goes in the body and its key never leaves the page.
  const found = useRead<FoundPerson[]>(`/patients/find#${wanted}`, { when: wanted.length >= 3, keepLast: true, read: (signal) => api.post<FoundPerson[]>('/patients/find', { text: wanted }, { signal }) });
  return (
    <PageBody>
      <PageHead title={t.myPatients} />
      <TextField label={t.findAll} value={typed} onChange={setTyped} hint={t.findHint} type="search" />
      {wanted.length >= 3 ? <Part title={t.region}><People label={t.region} rows={found.data?.map(asRow)} empty={<Empty title={t.nothingFits} />} /></Part> : null}
      <People label={t.myPatients} rows={mine.data?.patients} empty={<Empty title={t.noPatients}>{t.noPatientsText}</Empty>} filter />
    </PageBody>
  );
}

function People({ label, rows, empty, filter = false }: { label: string; rows: readonly Row[] | undefined; empty: ReactNode; filter?: boolean }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const go = useGo();
  return (
    <DataList<Row>
      label={label}
      rows={rows}
      rowKey={({ id }) => id}
      onOpen={({ id }) => go(cardPath(id))}
      filter={filter}
      empty={empty}
      columns={[
        { key: 'name', title: t.name, value: ({ name }) => name, render: ({ name }) => <b>{name}</b> },
        { key: 'age', title: t.age, value: ({ birthDate }) => -Date.parse(birthDate || '9999'), render: ({ birthDate }) => formatAge(birthDate, { language }), width: '130px' },
        { key: 'born', title: t.born, value: ({ birthDate }) => birthDate, render: ({ birthDate }) => (birthDate ? formatDate(birthDate, { language }) : '—'), width: '160px' },
        { key: 'district', title: t.district, value: ({ district }) => district, width: '100px' },
        { key: 'today', title: t.why, value: ({ today, reason }) => (today ? `${today} ${reason}` : undefined), render: ({ today, reason }) => (today ? <span><Chip tone="accent">{formatTime(today)}</Chip> {reason}</span> : reason) },
      ]}
    />
  );
}
