import { IconCircleCheck } from '@tabler/icons-react';
import { Chip, DataList, Empty, Go, PageBody, PageHead, RefusalNotice, formatAge, formatMoment, formatWait, useGo, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { DraftLine } from '../../visits/contract.ts';
import { visitPath } from '../../visits/paths.ts';
import { words } from './words.ts';

/** My drafts that wait for my signature, the oldest first. */
export function ToSignPage() {
  const t = useWords(words);
  const language = useLanguage();
  const go = useGo();
  const read = useRead<{ drafts: DraftLine[] }>('/visits/drafts', { types: ['Encounter', 'DocumentReference'], everySeconds: 60 });
  const drafts = read.data?.drafts;
  const state = (row: DraftLine) => (row.missing > 0 ? t.missing(row.missing) : t.ready);
  return (
    <PageBody>
      <PageHead title={t.toSign} {...(drafts && drafts.length > 0 ? { note: t.toSignNote(drafts.length) } : {})} />
      {read.error && !drafts ? <RefusalNotice error={read.error} onAgain={() => void read.refetch()} /> : (
        <DataList
          label={t.toSign}
          rows={drafts}
          rowKey={(row) => row.encounter}
          onOpen={(row) => go(visitPath(row.encounter))}
          columns={[
            { key: 'patient', title: t.patient, value: (row) => row.patient.name, render: (row) => <span>{row.patient.shortName} <small>{formatAge(row.patient.birthDate, { language })}</small></span>, head: true },
            { key: 'title', title: t.document, value: (row) => row.title, render: (row) => <span>{row.title} {row.correction ? <Chip tone="accent">{t.correction}</Chip> : null}</span> },
            { key: 'started', title: t.began, value: (row) => row.started, render: (row) => formatMoment(row.started, { language }) },
            { key: 'waits', title: t.waits, value: (row) => -Date.parse(row.started), render: (row) => formatWait(row.started, { language }), align: 'end' },
            { key: 'state', title: t.state, value: state, render: (row) => <Chip tone={row.missing > 0 ? 'attention' : 'done'}>{state(row)}</Chip> },
          ]}
          actions={[{ text: t.openToSign, act: (row) => go(visitPath(row.encounter)) }]}
          sort={{ key: 'started' }}
          empty={<Empty title={t.toSignEmpty} icon={<IconCircleCheck size={32} stroke={1.4} aria-hidden="true" />} action={<Go to="/">{t.toMyDay}</Go>}>{t.toSignEmptyText}</Empty>}
        />
      )}
    </PageBody>
  );
}
