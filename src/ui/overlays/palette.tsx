import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import { useHotkey } from './hotkeys.ts';
import { fittingEntries, openPalette, usePaletteOpen, useSearches } from './palette-entries.ts';
import type { PaletteEntry } from './palette-entries.ts';
import css from './palette.module.css';

/** Ctrl+K: everything by a few typed letters, patients first, then actions and pages. `entries` are the latter. */
export function Palette({ entries, onGo }: { entries: readonly PaletteEntry[]; onGo: (path: string) => void }) {
  const t = useWords(uiWords);
  const open = usePaletteOpen();
  useHotkey('ctrl+k', () => openPalette(!open), { text: t.find, inFields: true });
  return (
    <Modal.Root opened={open} onClose={() => openPalette(false)} size={620} yOffset="10vh" centered={false} lockScroll={false} classNames={{ content: css.box }}>
      <Modal.Overlay />
      <Modal.Content aria-label={t.find}>
        <PaletteBody entries={entries} onGo={onGo} />
      </Modal.Content>
    </Modal.Root>
  );
}

function PaletteBody({ entries, onGo }: { entries: readonly PaletteEntry[]; onGo: (path: string) => void }) {
  const t = useWords(uiWords);
  const searches = useSearches();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<readonly { key: string; title: string; entries: readonly PaletteEntry[] }[]>([]);
  const [busy, setBusy] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const asked = searches.filter((search) => typed.trim().length >= (search.from ?? 2));
    if (asked.length === 0) {
      setFound([]);
      setBusy(false);
      return undefined;
    }
    const given = new AbortController();
    setBusy(true);
    const timer = setTimeout(() => {
      void Promise.all(asked.map(async (search) => ({ key: search.key, title: search.title, entries: await search.search(typed.trim(), given.signal).catch(() => []) }))).then((groups) => {
        if (given.signal.aborted) return;
        setFound(groups);
        setBusy(false);
      });
    }, 120);
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  }, [typed, searches]);
  const groups = [...found, { key: 'pages', title: t.actionsGroup, entries: fittingEntries(entries, typed) }].filter((group) => group.entries.length > 0);
  const flat = groups.flatMap((group) => group.entries);
  const current = Math.min(at, Math.max(0, flat.length - 1));
  const pick = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    openPalette(false);
    if (entry.act) entry.act();
    else if (entry.path) onGo(entry.path);
  };
  const move = (to: number) => {
    const next = (to + flat.length) % flat.length;
    setAt(next);
    list.current?.querySelector(`[data-at="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  let index = -1;
  return (
    <>
      <div className={css.field}>
        <IconSearch size={18} stroke={1.6} aria-hidden="true" />
        <input
          autoFocus
          data-autofocus
          role="combobox"
          aria-expanded={flat.length > 0}
          aria-controls="palette-list"
          aria-activedescendant={flat.length > 0 ? `palette-${current}` : undefined}
          aria-label={t.find}
          placeholder={t.find}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' && flat.length > 0) move(current + 1);
            else if (event.key === 'ArrowUp' && flat.length > 0) move(current - 1);
            else if (event.key === 'Enter') pick(flat[current]);
            else return;
            event.preventDefault();
          }}
        />
      </div>
      <div className={css.list} id="palette-list" role="listbox" aria-label={t.find} ref={list}>
        {groups.map((group) => (
          <div key={group.key} role="group" aria-label={group.title}>
            <h3 aria-hidden="true">{group.title}</h3>
            {group.entries.map((entry) => {
              index += 1;
              const own = index;
              return (
                <div key={entry.key} id={`palette-${own}`} data-at={own} role="option" aria-selected={own === current} className={css.entry} onMouseMove={() => setAt(own)} onClick={() => pick(entry)}>
                  <span>{entry.text}</span>
                  {entry.note ? <small>{entry.note}</small> : null}
                  {own === current ? <kbd aria-hidden="true">↵</kbd> : null}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 ? <p className={css.empty} role="status">{busy ? t.searching : typed ? t.paletteEmpty : t.paletteTeach}</p> : null}
    </>
  );
}
