import { Chip, DataList, Empty, Loaded, Pager, SelectField, Skeleton, Switcher, formatNumber, useLanguage, useRead, useWords, type Tone } from '../../../ui/index.ts';
import { changeKinds, pageOfChanges, type ChangeKind, type ChangesAnswer, type DictionaryPage as Page } from '../contract.ts';
import css from './dictionaries.module.css';
import { changesApi } from '../paths.ts';
import { words } from '../words.ts';
import { useAsked } from './asked.ts';

const tones: Readonly<Record<ChangeKind, Tone>> = { added: 'done', removed: 'danger', renamed: 'accent', closed: 'attention', reopened: 'done' };

/** What a version says otherwise than another: how many rows of each kind, and which. */
export function ChangesView({ page, to, comparable }: { page: Page; to: string; comparable: boolean }) {
  const t = useWords(words);
  const [search, setSearch] = useAsked();
  const at = page.all.findIndex(({ version }) => version === to);
  const others = page.all.filter(({ version }) => version !== to);
  const from = others.find(({ version }) => version === search.from)?.version ?? page.all[at + 1]?.version ?? others[0]?.version;
  if (!comparable) return <Empty title={t.notCompared}>{t.oneVersionText}</Empty>;
  if (from === undefined) return <Empty title={t.oneVersion}>{t.oneVersionText}</Empty>;
  const options = (list: Page['all']) => list.map(({ version }) => ({ value: version, text: version }));
  return (
    <>
      <div className={css.pair}>
        <SelectField label={t.from} value={from} options={options(others)} onChange={(value) => setSearch({ from: value, kind: undefined, offset: undefined })} />
        <SelectField label={t.to} value={to} options={options(page.all)} onChange={(value) => setSearch({ version: value, from: value === from ? to : from, kind: undefined, offset: undefined })} />
      </div>
      <Changes key={`${from} ${to}`} system={page.system} from={from} to={to} />
    </>
  );
}

function Changes({ system, from, to }: { system: string; from: string; to: string }) {
  const t = useWords(words);
  const language = useLanguage();
  const [search, setSearch] = useAsked();
  const kind = changeKinds.find((one) => one === search.kind);
  const offset = Number(search.offset ?? 0);
  const read = useRead<ChangesAnswer>(changesApi({ system, from, to, kind, offset: String(offset) }), { keepLast: true });
  const names: Readonly<Record<ChangeKind, string>> = { added: t.added, removed: t.removed, renamed: t.renamed, closed: t.closedKind, reopened: t.reopened };
  const choose = (next: string) => setSearch({ kind: next === 'all' ? undefined : next, offset: undefined });
  return (
    <Loaded read={read} skeleton={<Skeleton lines={8} />}>
      {({ counts, rows, total }) => {
        const number = (value: number) => formatNumber(value, { language });
        const there = changeKinds.filter((one) => counts[one] > 0);
        const whole = there.reduce((sum, one) => sum + counts[one], 0);
        if (whole === 0) return <Empty title={t.same} />;
        return (
          <div className={css.stack}>
            <div><Switcher label={t.what} value={kind ?? 'all'} onChange={choose} options={[{ value: 'all', text: `${t.all} ${number(whole)}` }, ...there.map((one) => ({ value: one, text: `${names[one]} ${number(counts[one])}` }))]} /></div>
            <DataList<ChangesAnswer['rows'][number]>
              label={t.changes(from, to)}
              rows={rows}
              rowKey={(row) => row.code}
              filter={false}
              page={pageOfChanges}
              empty={<Empty title={t.noneOfKind} />}
              columns={[
                { key: 'code', title: t.code, value: (row) => row.code, sortable: false, width: '180px', head: true },
                { key: 'kind', title: t.what, value: (row) => names[row.kind], sortable: false, width: '190px', narrow: 'bare', render: (row) => <Chip tone={tones[row.kind]}>{names[row.kind]}</Chip> },
                { key: 'display', title: t.name, value: (row) => row.display, sortable: false, narrow: 'bare', render: (row) => <>{row.display}{row.kind === 'renamed' && row.before ? <small className={css.was}>{t.before(row.before)}</small> : null}</> },
              ]}
            />
            <Pager offset={offset} count={pageOfChanges} total={total} onMove={(next) => setSearch({ offset: next === 0 ? undefined : String(next) })} />
          </div>
        );
      }}
    </Loaded>
  );
}
