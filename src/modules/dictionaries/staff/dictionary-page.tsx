import { IconUpload } from '@tabler/icons-react';
import { Button, CopyText, FileLink, Go, Loaded, PageBody, PageHead, Skeleton, Switcher, formatDay, formatMoment, formatNumber, useGo, useLanguage, usePageTitle, useRead, useWords } from '../../../ui/index.ts';
import type { DictionaryPage as Page } from '../contract.ts';
import css from './dictionaries.module.css';
import { dictionariesPath, dictionaryApi, importPath, tableApi } from '../paths.ts';
import { words } from '../words.ts';
import { useAsked } from './asked.ts';
import { ChangesView } from './changes-view.tsx';
import { RowsView } from './rows-view.tsx';
import { VersionsView } from './versions-view.tsx';

const views = ['rows', 'versions', 'changes'] as const;
type View = (typeof views)[number];

/** One dictionary: what it is, its rows, its versions, and what a version has changed. */
export function DictionaryPage() {
  const t = useWords(words);
  const [{ system = '' }] = useAsked();
  const read = useRead<Page>(dictionaryApi(system), { types: ['CodeSystem'] });
  return (
    <PageBody>
      <Go to={dictionariesPath}>← {t.dictionaries}</Go>
      <Loaded read={read} skeleton={<Skeleton lines={12} />}>{(page) => <Dictionary page={page} />}</Loaded>
    </PageBody>
  );
}

function Dictionary({ page }: { page: Page }) {
  const t = useWords(words);
  const language = useLanguage();
  const go = useGo();
  const [search, setSearch] = useAsked();
  usePageTitle(page.name);
  const view: View = views.find((one) => one === search.view) ?? 'rows';
  const shown = page.all.find(({ version }) => version === search.version) ?? page.all[0]!;
  const imported = shown.imported !== undefined && page.oid !== undefined && page.origin !== 'short';
  return (
    <>
      <PageHead
        title={page.name}
        {...(page.title && { note: page.title })}
        actions={
          <>
            {imported ? <FileLink href={`/api${tableApi(page.system, shown.version)}`}>{t.table}</FileLink> : null}
            <Button small icon={<IconUpload size={16} stroke={1.8} aria-hidden="true" />} onClick={() => go(importPath)}>{t.load}</Button>
          </>
        }
      />
      <dl className={css.facts}>
        <div><dt>{page.oid ? t.oid : t.system}</dt><dd>{page.oid ?? page.system} <CopyText text={page.oid ?? page.system} /></dd></div>
        <div><dt>{t.version}</dt><dd>{shown.version}</dd></div>
        <div><dt>{t.rows}</dt><dd>{formatNumber(shown.rows, { language })}</dd></div>
        {shown.published ? <div><dt>{t.published}</dt><dd>{formatDay(shown.published, { language })}</dd></div> : null}
        {shown.imported ? <div><dt>{t.imported}</dt><dd>{formatMoment(shown.imported, { language })}</dd></div> : null}
        {page.publisher ? <div><dt>{t.origin}</dt><dd>{page.publisher}</dd></div> : null}
        {page.also.length > 0 ? <div><dt>{t.also}</dt><dd>{page.also.join(', ')}</dd></div> : null}
      </dl>
      {page.description ? <details className={css.about}><summary>{t.about}</summary><p>{page.description}</p></details> : null}
      <div>
        <Switcher<View>
          label={t.view}
          value={view}
          onChange={(next) => setSearch({ view: next === 'rows' ? undefined : next, offset: undefined, kind: undefined })}
          options={[{ value: 'rows', text: t.viewRows }, { value: 'versions', text: `${t.viewVersions} (${page.versions})` }, { value: 'changes', text: t.viewChanges }]}
        />
      </div>
      {view === 'rows' ? <RowsView key={`${page.system} ${shown.version}`} page={page} version={shown.version} /> : view === 'versions' ? <VersionsView page={page} /> : <ChangesView page={page} to={shown.version} comparable={imported} />}
    </>
  );
}
