import { IconFileCheck } from '@tabler/icons-react';
import { Chip, DataList, Empty, Loaded, PageBody, Skeleton, formatDate, formatMoment, useGo, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { DocumentLine, DocumentsAnswer } from '../contract.ts';
import { chartWords } from '../words.ts';

/** Documents in force, newest first. */
export function DocumentsTab({ patient }: { patient: string }) {
  const t = useWords(chartWords);
  const language = useLanguage();
  const go = useGo();
  const read = useRead<DocumentsAnswer>(`/chart/${patient}/documents`, { types: ['DocumentReference'], patient });
  return (
    <PageBody>
      <Loaded read={read} skeleton={<Skeleton lines={8} />}>
        {({ documents }) => (
          <DataList<DocumentLine>
            label={t.documents}
            rows={documents}
            rowKey={({ id }) => id}
            onOpen={({ id }) => go(`/documents/${id}`)}
            filter={documents.length > 5}
            empty={<Empty title={t.noDocuments}>{t.noDocumentsText}</Empty>}
            columns={[
              { key: 'title', title: t.title, value: ({ title }) => title, render: ({ title, kind }) => <span title={kind}><b>{title}</b></span> },
              { key: 'at', title: t.date, value: ({ at }) => at, render: ({ at }) => <span title={formatDate(at, { language })}>{formatMoment(at, { language })}</span>, width: '170px' },
              { key: 'author', title: t.author, value: ({ author }) => author, width: '160px' },
              { key: 'clinic', title: t.clinic, value: ({ organization }) => organization, width: '190px' },
              { key: 'state', title: t.state, value: (line) => (line.paper ? t.paper : line.signed ? t.signed : ''), render: (line) => <State line={line} />, width: '250px' },
            ]}
          />
        )}
      </Loaded>
    </PageBody>
  );
}

function State({ line }: { line: DocumentLine }) {
  const t = useWords(chartWords);
  return (
    <span>
      {line.paper ? <Chip>{t.paper}</Chip> : line.signed ? <Chip tone="done" icon={<IconFileCheck aria-hidden="true" />}>{t.signed}</Chip> : null}{' '}
      {line.corrected ? <Chip>{t.corrected}</Chip> : null}{' '}
      {line.delayed ? <Chip tone="attention">{t.delayed}</Chip> : null}
    </span>
  );
}
