import { DataList, Empty, PageBody, PageHead, RefusalNotice, useGo, useRead, useWords, type Column } from '../../../ui/index.ts';
import type { TemplateLine } from '../contract.ts';
import { templatePath } from '../paths.ts';
import { specialityWords, templateWords } from './template-words.ts';

/** The templates that visits are written on. */
export function TemplatesPage() {
  const t = useWords(templateWords);
  const named = useWords(specialityWords);
  const go = useGo();
  const read = useRead<{ templates: TemplateLine[] }>('/templates', { types: ['Questionnaire'] });
  const columns: Column<TemplateLine>[] = [
    { key: 'title', title: t.template, value: (row) => row.title, head: true },
    { key: 'speciality', title: t.speciality, value: (row) => named[row.speciality as keyof typeof named] ?? row.speciality ?? '', narrow: 'bare' },
    { key: 'version', title: t.version, value: (row) => row.version, align: 'end', width: '100px' },
    { key: 'state', title: t.state, value: (row) => (row.active ? t.active : t.inactive), width: '140px' },
  ];
  return (
    <PageBody>
      <PageHead title={t.templates} note={t.note} />
      {read.error ? <RefusalNotice error={read.error} onAgain={() => void read.refetch()} /> : (
        <DataList label={t.templates} rows={read.data?.templates} columns={columns} rowKey={(row) => row.id} onOpen={(row) => go(templatePath(row.id))} tone={(row) => (row.active ? undefined : 'past')} empty={<Empty title={t.none}>{t.noneHint}</Empty>} />
      )}
    </PageBody>
  );
}
