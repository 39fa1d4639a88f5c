import { IconUpload } from '@tabler/icons-react';
import { Button, DataList, Empty, Loaded, Notice, PageBody, PageHead, Skeleton, formatDay, formatMoment, formatNumber, useGo, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { DictionaryLine } from '../contract.ts';
import css from './dictionaries.module.css';
import { dictionariesApi, dictionaryPath, importPath } from '../paths.ts';
import { words } from '../words.ts';

/** All dictionaries: by name, OID or words; a line opens its page. */
export function DictionariesPage() {
  const t = useWords(words);
  const language = useLanguage();
  const go = useGo();
  const read = useRead<readonly DictionaryLine[]>(dictionariesApi, { types: ['CodeSystem'] });
  const origins = { nsi: t.originNsi, short: t.originShort, own: t.originOwn };
  const load = <Button kind="main" icon={<IconUpload size={16} stroke={1.8} aria-hidden="true" />} onClick={() => go(importPath)}>{t.load}</Button>;
  const all = read.data;
  return (
    <PageBody>
      <PageHead title={t.dictionaries} {...(all && { note: t.note(all.length, all.reduce((sum, { rows }) => sum + rows, 0)) })} actions={load} />
      <Loaded read={read} skeleton={<Skeleton lines={12} />}>
        {(lines) => (
          <>
            {lines.every(({ origin }) => origin !== 'nsi') && lines.some(({ origin }) => origin === 'short') ? <Notice title={t.onlyShort}>{t.onlyShortText}</Notice> : null}
            <DataList<DictionaryLine>
              label={t.dictionaries}
              rows={lines}
              rowKey={({ system }) => system}
              filter
              csv={t.dictionaries}
              onOpen={({ system }) => go(dictionaryPath(system))}
              empty={<Empty title={t.none} action={load}>{t.noneText}</Empty>}
              columns={[
                { key: 'name', title: t.name, value: ({ name, title }) => [name, title].filter(Boolean).join(' — '), render: ({ name, title }) => <span className={css.name}>{name}{title === undefined ? null : <small className={css.clip} title={title}>{title}</small>}</span> },
                { key: 'oid', title: t.oid, value: ({ oid, system }) => oid ?? system, width: '250px' },
                { key: 'version', title: t.version, value: ({ version }) => version, width: '110px', render: ({ version, versions }) => <>{version}{versions > 1 ? <small className={css.was}>{t.otherVersions(versions - 1)}</small> : null}</> },
                { key: 'rows', title: t.rows, value: ({ rows }) => rows, render: ({ rows }) => formatNumber(rows, { language }), align: 'end', width: '90px' },
                { key: 'published', title: t.published, value: ({ published }) => published ?? '', render: ({ published }) => (published ? formatDay(published, { language }) : ''), width: '120px' },
                { key: 'imported', title: t.imported, value: ({ imported }) => imported ?? '', render: ({ imported }) => (imported ? formatMoment(imported, { language }) : ''), width: '140px', narrow: 'hide' },
                { key: 'origin', title: t.origin, value: ({ origin }) => origins[origin], choice: true, width: '140px' },
              ]}
            />
          </>
        )}
      </Loaded>
    </PageBody>
  );
}
