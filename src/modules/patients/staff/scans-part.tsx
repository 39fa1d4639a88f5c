import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCamera, IconFileTypePdf, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Button, DateField, Notice, Part, RefusalNotice, Skeleton, TextField, api, formatTyped, toast, useAct, useRead, useWords } from '../../../ui/index.ts';
import { scanTypes, type ScanAnswer, type ScanInput } from '../contract.ts';
import css from './patients.module.css';
import { words } from './words.ts';

interface PageFile {
  key: number;
  file: File;
  preview: string;
}

const limit = 16 * 1024 * 1024;

/** What the patient brought on paper: pages by file or camera, in order, with date and origin. */
export function ScansPart({ patient }: { patient: string }) {
  const t = useWords(words);
  const path = `/patients/${patient}/scans`;
  const scans = useRead<ScanAnswer[]>(path, { types: ['DocumentReference'], patient });
  const [adding, setAdding] = useState(false);
  return (
    <Part title={t.scans} end={adding ? undefined : <Button small kind="quiet" onClick={() => setAdding(true)}>{t.addPaper}</Button>}>
      {scans.error ? <RefusalNotice error={scans.error} onAgain={() => void scans.refetch()} /> : null}
      {adding ? <AddPaper patient={patient} onEnd={() => setAdding(false)} /> : null}
      {scans.data === undefined ? <Skeleton lines={1} /> : scans.data.length === 0 ? adding ? null : <small>{t.scansEmpty}</small> : (
        <div className={css.list}>
          {scans.data.map((scan) => (
            <div key={scan.id} className={css.item}>
              <b>{scan.title}</b>
              <small>{[scan.date ? formatTyped(scan.date) : '', scan.origin, t.pages(scan.pages.length)].filter(Boolean).join(' · ')}</small>
              <span className={css.thumbs}>
                {scan.pages.map((page, at) => (
                  <a key={page.path} href={page.path} target="_blank" rel="noreferrer" aria-label={`${scan.title}, ${t.page(at + 1)}`}>
                    {page.mediaType === 'application/pdf' ? <IconFileTypePdf size={20} aria-hidden="true" /> : <img src={page.path} alt="" loading="lazy" />}
                  </a>
                ))}
              </span>
            </div>
          ))}
        </div>
      )}
    </Part>
  );
}

function AddPaper({ patient, onEnd }: { patient: string; onEnd: () => void }) {
  const t = useWords(words);
  const [title, setTitle] = useState('');
  const [date, setDate] = useState<string | undefined>();
  const [origin, setOrigin] = useState('');
  const [pages, setPages] = useState<readonly PageFile[]>([]);
  const [wrong, setWrong] = useState<string | undefined>();
  const count = useRef(0);
  const dragged = useRef<number | undefined>(undefined);
  const kept = useRef<readonly PageFile[]>([]);
  useEffect(() => {
    kept.current = pages;
  }, [pages]);
  useEffect(() => () => {
    for (const { preview } of kept.current) URL.revokeObjectURL(preview);
  }, []);
  const act = useAct(async (given: { title: string; date: string; origin: string; pages: readonly PageFile[] }, call) => {
    const sent: ScanInput['pages'] = [];
    // One after the other: a clinic's line is thin, and a page that is there already is not sent twice.
    for (const { file } of given.pages) sent.push(await api.post<ScanInput['pages'][number]>(`/patients/${patient}/scan-pages`, file, { seconds: 120, headers: { 'Content-Type': file.type } }));
    return api.post<ScanAnswer>(`/patients/${patient}/scans`, { title: given.title, date: given.date, origin: given.origin, pages: sent }, call);
  }, {
    renews: [`/patients/${patient}/scans`],
    onDone: () => {
      toast(t.paperSaved);
      onEnd();
    },
  });
  const add = (files: FileList | null) => {
    setWrong(undefined);
    const good: PageFile[] = [];
    for (const file of files ?? []) {
      if (!(scanTypes as readonly string[]).includes(file.type)) setWrong(t.unreadable(file.name));
      else if (file.size > limit) setWrong(t.tooLarge(file.name));
      else good.push({ key: ++count.current, file, preview: URL.createObjectURL(file) });
    }
    setPages((last) => [...last, ...good]);
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= pages.length || from === to) return;
    const next = [...pages];
    next.splice(to, 0, next.splice(from, 1)[0]!);
    setPages(next);
  };
  const ready = title.trim() && origin.trim() && date?.length === 10 && pages.length > 0;
  return (
    <div className={`${css.list} ${css.item}`} role="group" aria-label={t.addPaper}>
      {act.refusal ? <RefusalNotice error={act.refusal} /> : null}
      <TextField label={t.paperTitle} value={title} onChange={setTitle} placeholder={t.paperTitleExample} autoFocus />
      <DateField label={t.paperDate} value={date} onChange={setDate} />
      <TextField label={t.paperOrigin} value={origin} onChange={setOrigin} placeholder={t.paperOriginExample} />
      {wrong ? <Notice tone="danger">{wrong}</Notice> : null}
      <ol className={css.pages}>
        {pages.map((page, at) => (
          <li
            key={page.key} className={css.page} draggable
            onDragStart={() => (dragged.current = at)}
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => dragged.current !== undefined && move(dragged.current, at)}
          >
            {page.file.type === 'application/pdf' ? <span>PDF</span> : <img src={page.preview} alt="" />}
            <span>{t.page(at + 1)}<br /><small>{page.file.name}</small></span>
            <span className={css.line} style={{ padding: 0 }}>
              <ActionIcon variant="subtle" aria-label={`${t.earlier}: ${t.page(at + 1)}`} onClick={() => move(at, at - 1)}><IconArrowUp size={16} /></ActionIcon>
              <ActionIcon variant="subtle" aria-label={`${t.later}: ${t.page(at + 1)}`} onClick={() => move(at, at + 1)}><IconArrowDown size={16} /></ActionIcon>
              <ActionIcon variant="subtle" aria-label={`${t.drop}: ${t.page(at + 1)}`} onClick={() => setPages(pages.filter((_, index) => index !== at))}><IconX size={16} /></ActionIcon>
            </span>
          </li>
        ))}
      </ol>
      <label className={css.choose}>
        <input className={css.file} type="file" multiple accept={scanTypes.join(',')} onChange={(event) => { add(event.target.files); event.target.value = ''; }} />
        <IconCamera size={18} aria-hidden="true" />
        {t.choosePages}
      </label>
      <div className={css.line}>
        <Button kind="main" busy={act.busy} reason={ready ? undefined : t.needPaper} onClick={() => act.run({ title: title.trim(), date: date!, origin: origin.trim(), pages })}>{t.savePaper}</Button>
        <Button kind="quiet" onClick={onEnd}>{t.cancel}</Button>
      </div>
    </div>
  );
}
