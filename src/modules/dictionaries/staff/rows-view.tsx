import { useRef, useState } from 'react';
import { CheckField, Chip, CopyText, DataList, Empty, Loaded, Pager, RefusalNotice, Sheet, Skeleton, TextField, useHotkey, useRead, useWords } from '../../../ui/index.ts';
import type { DictionaryPage as Page } from '../contract.ts';
import css from './dictionaries.module.css';
import { words } from '../words.ts';
import { useAsked } from './asked.ts';
import { pageSize, readConcepts, readNode, type ConceptNode, type ConceptPage, type ConceptRow } from './read-concepts.ts';

/** Rows of a version: by typed words, or level by level where the dictionary has levels; at the side all that is known of the chosen one. */
export function RowsView({ page, version }: { page: Page; version: string }) {
  const t = useWords(words);
  const [search, setSearch] = useAsked();
  const [typed, setTyped] = useState(search.q ?? '');
  const [offset, setOffset] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  useHotkey('/', () => field.current?.focus(), { text: t.search });
  const { system } = page;
  const code = search.code;
  const withClosed = search.closed === 'yes';
  const searching = typed.trim() !== '';
  const node = useRead<ConceptNode>(`concept ${system} ${version} ${code}`, { when: code !== undefined, keepLast: true, read: (signal) => readNode({ system, version, code: code ?? '' }, signal) });
  const chosen = code !== undefined && node.data?.code === code ? node.data : undefined;
  // a row with nothing below it is shown among its neighbours
  const below = !page.hierarchical ? undefined : code === undefined ? '' : chosen === undefined ? undefined : chosen.children > 0 ? chosen.code : (chosen.parent ?? '');
  const ready = searching || !page.hierarchical || below !== undefined;
  const wish = { system, version, typed, withClosed, below: searching ? undefined : below, offset };
  const list = useRead<ConceptPage>(`concepts ${JSON.stringify(wish)}`, { when: ready, keepLast: true, read: (signal) => readConcepts(wish, signal) });
  const open = (next: string | undefined) => {
    setOffset(0);
    if (page.hierarchical) setTyped('');
    setSearch({ code: next, ...(page.hierarchical && { q: undefined }) });
  };
  const type = (next: string) => {
    setTyped(next);
    setOffset(0);
    setSearch({ q: next.trim() === '' ? undefined : next });
  };
  return (
    <>
      <div className={css.bar}>
        <TextField label={t.search} value={typed} onChange={type} hint={t.searchHint} type="search" inputRef={field} />
        {searching ? <div className={css.check}><CheckField label={t.withClosed} value={withClosed} onChange={(value) => { setOffset(0); setSearch({ closed: value ? 'yes' : undefined }); }} /></div> : null}
      </div>
      <div className={css.sides}>
        <div className={css.stack}>
          {page.hierarchical && !searching ? <Crumbs node={chosen} waiting={code !== undefined} onOpen={open} /> : null}
          {list.error && !list.data ? <RefusalNotice error={list.error} onAgain={() => void list.refetch()} /> : (
            <>
              <DataList<ConceptRow>
                label={page.name}
                rows={list.data?.rows}
                rowKey={(row) => row.code}
                filter={false}
                onOpen={(row) => open(row.code)}
                tone={(row) => (row.code === code ? 'now' : row.inactive ? 'past' : undefined)}
                empty={searching ? <Empty title={t.nothingFound}>{t.nothingFoundText}</Empty> : <Empty title={t.noRows} />}
                columns={[
                  { key: 'code', title: t.code, value: (row) => row.code, sortable: false, width: '180px', head: true, render: (row) => <span className={css.code}>{row.code} <CopyText text={row.code} /></span> },
                  { key: 'display', title: t.name, value: (row) => row.display, sortable: false, narrow: 'bare', render: (row) => <>{row.display} {row.inactive ? <Chip>{t.closed}</Chip> : null} {row.abstract ? <Chip>{t.group}</Chip> : null}</> },
                ]}
              />
              {list.data ? <Pager offset={offset} count={pageSize} total={list.data.total} onMove={(next) => { setOffset(next); scrollTo({ top: 0 }); }} /> : null}
            </>
          )}
        </div>
        <aside className={css.aside} data-idle={code === undefined || undefined} aria-label={t.choose}>
          <Sheet kind="pad">
            {code === undefined ? <Empty title={t.choose}>{t.chooseText}</Empty> : <Loaded read={node} skeleton={<Skeleton lines={5} />}>{(found) => <Concept node={found} />}</Loaded>}
          </Sheet>
        </aside>
      </div>
    </>
  );
}

function Crumbs({ node, waiting, onOpen }: { node: ConceptNode | undefined; waiting: boolean; onOpen: (code: string | undefined) => void }) {
  const t = useWords(words);
  const way = node ? [...node.above, { code: node.code, display: node.display }] : [];
  return (
    <nav aria-label={t.place}>
      <ol className={css.crumbs}>
        <li>{way.length === 0 && !waiting ? <span aria-current="location">{t.top}</span> : <button type="button" className={css.crumb} onClick={() => onOpen(undefined)}>{t.top}</button>}</li>
        {way.map(({ code, display }, at) => (
          <li key={code}>
            {at === way.length - 1 ? <span aria-current="location" title={display}>{code}</span> : <button type="button" className={css.crumb} title={display} onClick={() => onOpen(code)}>{code}</button>}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Concept({ node }: { node: ConceptNode }) {
  const t = useWords(words);
  return (
    <div className={css.one}>
      <span className={css.code}><b>{node.code}</b> <CopyText text={node.code} /> {node.inactive ? <Chip tone="attention">{t.closed}</Chip> : null} {node.abstract ? <Chip>{t.group}</Chip> : null}</span>
      <h2>{node.display}</h2>
      <dl>
        {node.above.length > 0 ? <div><dt>{t.above}</dt><dd>{node.above.map(({ code, display }) => <span key={code} className={css.was}>{code} {display}</span>)}</dd></div> : null}
        {node.names.length > 0 ? <div><dt>{t.otherNames}</dt><dd>{node.names.join('; ')}</dd></div> : null}
        {node.facts.map(({ code, title, value }) => <div key={code}><dt title={code}>{title}</dt><dd>{value}</dd></div>)}
      </dl>
      {node.children > 0 ? <small>{t.below(node.children)}</small> : null}
    </div>
  );
}
