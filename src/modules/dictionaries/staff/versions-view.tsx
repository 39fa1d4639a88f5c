import { Button, Chip, DataList, Empty, formatDay, formatMoment, formatNumber, useLanguage, useWords } from '../../../ui/index.ts';
import type { DictionaryPage as Page, VersionLine } from '../contract.ts';
import css from './dictionaries.module.css';
import { words } from '../words.ts';
import { useAsked, type Asked } from './asked.ts';

/** The versions that are here, the newest first: its rows, and what it changed. */
export function VersionsView({ page }: { page: Page }) {
  const t = useWords(words);
  const language = useLanguage();
  const [, setSearch] = useAsked();
  const before = (line: VersionLine) => page.all[page.all.indexOf(line) + 1]?.version;
  const show = (version: string, more: Asked) => setSearch({ version, view: undefined, code: undefined, q: undefined, kind: undefined, from: undefined, ...more });
  return (
    <DataList<VersionLine>
      label={t.viewVersions}
      rows={page.all}
      rowKey={({ version }) => version}
      onOpen={({ version }) => show(version, {})}
      empty={<Empty title={t.noRows} />}
      columns={[
        { key: 'version', title: t.version, value: ({ version }) => version, width: '160px' },
        { key: 'state', title: t.state, value: (line) => (line === page.all[0] ? t.current : line.archived ? t.archived : ''), render: (line) => (line === page.all[0] ? <Chip tone="done">{t.current}</Chip> : line.archived ? <Chip>{t.archived}</Chip> : null), narrow: 'bare' },
        { key: 'rows', title: t.rows, value: ({ rows }) => rows, render: ({ rows }) => formatNumber(rows, { language }), align: 'end', width: '100px' },
        { key: 'published', title: t.published, value: ({ published }) => published ?? '', render: ({ published }) => (published ? formatDay(published, { language }) : ''), width: '140px' },
        { key: 'imported', title: t.imported, value: ({ imported }) => imported ?? '', render: ({ imported }) => (imported ? formatMoment(imported, { language }) : ''), width: '160px' },
        {
          key: 'act', title: t.compare, value: () => '', sortable: false, width: '170px', narrow: 'bare',
          render: (line) => <span className={css.acts}><Button small label={`${t.compare}: ${line.version}`} reason={before(line) === undefined ? t.firstVersion : undefined} onClick={() => show(line.version, { view: 'changes' })}>{t.compare}</Button></span>,
        },
      ]}
    />
  );
}
