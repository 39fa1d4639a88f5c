import { ActionIcon, Menu, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconDownload } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useHotkey } from '../overlays/hotkeys.ts';
import { uiWords } from '../ui-words.ts';
import { useLanguage, useWords } from '../words.ts';
import { cellText, filterRows, sortRows, toCsv } from './list-model.ts';
import type { ColumnModel } from './list-model.ts';
import css from './data-list.module.css';

export interface Column<Row> extends ColumnModel<Row> {
  /** How it is drawn; the plain value unless told. */
  render?: (row: Row) => ReactNode;
  align?: 'start' | 'end';
  /** CSS width: `120px`, `30%`. */
  width?: string;
  /** A choice of its values above the list. */
  choice?: boolean;
  /** The name of the row: bold, and its head on a phone. The first column unless one says so. */
  head?: boolean;
  sortable?: boolean;
  /** On a phone: `bare` without its title, `side` at the right of the row, `hide` not at all; else «Title: value» under the name. */
  narrow?: 'bare' | 'side' | 'hide';
}

export interface RowAction<Row> {
  text: string;
  act: (row: Row) => void;
  /** Why it cannot be done for this row. */
  reason?: (row: Row) => string | undefined;
}

export interface DataListProps<Row> {
  /** What the list is, for readers: «Пациенты участка». */
  label: string;
  /** undefined while they come. */
  rows: readonly Row[] | undefined;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  onOpen?: (row: Row) => void;
  actions?: readonly RowAction<Row>[];
  /** Shown for no rows at all: teaches the next step. */
  empty: ReactNode;
  /** A field above that filters by words (`/` goes there). */
  filter?: boolean;
  /** Name of the CSV file without its ending; absent: no export. */
  csv?: string;
  /** Rows drawn at once; more come as one scrolls. */
  page?: number;
  sort?: { key: string; down?: boolean };
  tone?: (row: Row) => 'past' | 'now' | 'danger' | undefined;
  tools?: ReactNode;
}

/** A list as data: columns, filters, actions; arrows move, Enter opens, `/` filters. Draws a thousand rows without a stutter. */
export function DataList<Row>({ label, rows, columns, rowKey, onOpen, actions = [], empty, filter, csv, page = 100, sort, tone, tools }: DataListProps<Row>) {
  const t = useWords(uiWords);
  const language = useLanguage();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [order, setOrder] = useState(sort);
  const [shown, setShown] = useState(page);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const more = useRef<HTMLDivElement>(null);
  const withFilter = filter ?? (rows?.length ?? 0) > 10;
  useHotkey('/', () => field.current?.focus(), { text: t.filter, when: withFilter });
  const found = useMemo(() => sortRows(filterRows(rows ?? [], columns, typed, chosen), columns.find((column) => column.key === order?.key), order?.down ?? false, language), [rows, columns, typed, chosen, order, language]);
  const drawn = found.slice(0, shown);
  const head = columns.find((column) => column.head) ?? columns[0];

  useEffect(() => {
    const end = more.current;
    if (!end) return undefined;
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setShown((count) => count + page), { rootMargin: '600px' });
    watch.observe(end);
    return () => watch.disconnect();
  }, [page, found.length, shown]);

  if (rows === undefined) return <div className={css.sheet}><div className={css.wait}><Skeleton lines={6} /></div></div>;
  if (rows.length === 0) return <div className={css.sheet}>{empty}</div>;

  const focusRow = (to: number) => {
    const next = Math.max(0, Math.min(drawn.length - 1, to));
    setAt(next);
    (body.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  const onKeys = (event: KeyboardEvent, index: number, row: Row) => {
    if (event.target !== event.currentTarget) return;
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: drawn.length - 1, PageDown: index + 10, PageUp: index - 10 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      if (to < 0 && withFilter) field.current?.focus();
      else focusRow(to);
    } else if (event.key === 'Enter' && onOpen) {
      event.preventDefault();
      onOpen(row);
    }
  };
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([toCsv(found, columns)], { type: 'text/csv;charset=utf-8' }));
    link.download = `${csv}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  const choices = columns.filter((column) => column.choice);
  const filtered = typed !== '' || Object.values(chosen).some(Boolean);
  return (
    <div className={css.list}>
      {withFilter || choices.length > 0 || csv || tools ? (
        <div className={css.tools} data-print="no">
          {withFilter ? (
            <input
              ref={field}
              className={css.filter}
              value={typed}
              placeholder={t.filter}
              aria-label={t.filter}
              onChange={(event) => {
                setTyped(event.target.value);
                setAt(0);
              }}
              onKeyDown={(event) => {
                if (event.key === 'ArrowDown') {
                  event.preventDefault();
                  focusRow(0);
                }
                if (event.key === 'Enter' && onOpen && found.length === 1) onOpen(found[0]!);
                if (event.key === 'Escape' && typed) {
                  event.stopPropagation();
                  setTyped('');
                }
              }}
            />
          ) : null}
          {choices.map((column) => (
            <select key={column.key} className={css.choice} aria-label={column.title} value={chosen[column.key] ?? ''} onChange={(event) => setChosen({ ...chosen, [column.key]: event.target.value })}>
              <option value="">{column.title}: {t.all.toLowerCase()}</option>
              {[...new Set(rows.map((row) => cellText(column.value(row))))].filter(Boolean).sort().map((value) => <option key={value}>{value}</option>)}
            </select>
          ))}
          {tools}
          <small className={css.count} role="status">{filtered ? t.rowsOf(found.length, rows.length) : t.rows(rows.length)}</small>
          {csv ? <Button small kind="quiet" icon={<IconDownload aria-hidden="true" />} onClick={save}>{t.csv}</Button> : null}
        </div>
      ) : null}
      <div className={css.sheet}>
        {found.length === 0 ? (
          <Empty title={t.nothingFits} action={<Button small onClick={() => { setTyped(''); setChosen({}); }}>{t.clearFilter}</Button>} />
        ) : (
          <table className={css.table} role="table" aria-label={label} aria-rowcount={found.length}>
            <thead role="rowgroup">
              <tr role="row">
                {columns.map((column) => (
                  <th key={column.key} role="columnheader" scope="col" data-align={column.align} style={column.width ? { width: column.width } : undefined} aria-sort={order?.key === column.key ? (order.down ? 'descending' : 'ascending') : undefined}>
                    {column.sortable === false || rows.length < 3 ? column.title : (
                      <button type="button" className={css.sort} title={t.sortBy(column.title)} onClick={() => setOrder({ key: column.key, down: order?.key === column.key && !order.down })}>
                        {column.title}
                        {order?.key === column.key ? order.down ? <IconArrowDown size={12} aria-hidden="true" /> : <IconArrowUp size={12} aria-hidden="true" /> : null}
                      </button>
                    )}
                  </th>
                ))}
                {actions.length > 0 ? <th role="columnheader" className={css.act}><VisuallyHidden>{t.actions}</VisuallyHidden></th> : null}
              </tr>
            </thead>
            <tbody role="rowgroup" ref={body}>
              {drawn.map((row, index) => (
                <tr
                  key={rowKey(row)}
                  role="row"
                  tabIndex={onOpen ? (index === Math.min(at, drawn.length - 1) ? 0 : -1) : undefined}
                  data-open={onOpen ? true : undefined}
                  data-tone={tone?.(row)}
                  onFocus={() => setAt(index)}
                  onKeyDown={(event) => onKeys(event, index, row)}
                  onClick={(event) => {
                    if (onOpen && !(event.target as HTMLElement).closest('a, button, input, select') && !getSelection()?.toString()) onOpen(row);
                  }}
                >
                  {columns.map((column) => (
                    <td key={column.key} role={column === head ? 'rowheader' : 'cell'} data-align={column.align} data-head={column === head || undefined} data-title={column.title} data-narrow={column.narrow}>
                      {column.render ? column.render(row) : cellText(column.value(row))}
                    </td>
                  ))}
                  {actions.length > 0 ? <td role="cell" className={css.act}><RowActions row={row} actions={actions} /></td> : null}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      {found.length > shown ? <div ref={more} className={css.more}><Button kind="quiet" onClick={() => setShown(shown + page)}>{t.more(Math.min(page, found.length - shown))}</Button></div> : null}
    </div>
  );
}

function RowActions<Row>({ row, actions }: { row: Row; actions: readonly RowAction<Row>[] }) {
  const t = useWords(uiWords);
  const [first] = actions;
  if (actions.length === 1 && first) return <Button small reason={first.reason?.(row)} onClick={() => first.act(row)}>{first.text}</Button>;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={t.actions}><IconDots size={16} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => {
          const reason = action.reason?.(row);
          return <Menu.Item key={action.text} disabled={reason !== undefined} title={reason} onClick={() => action.act(row)}>{action.text}{reason ? <small className={css.reason}>{reason}</small> : null}</Menu.Item>;
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
