import { useState } from 'react';
import { Button, Chip, Empty, FileLink, Loaded, PageBody, PageHead, Part, Progress, Sheet, Skeleton, api, confirm, formatDay, formatMoment, formatNumber, toast, useAct, useLanguage, useRead, useWords, type Tone } from '../../../ui/index.ts';
import type { Language } from '../../../kernel/problem.ts';
import type { JobFile, JobLine } from '../contract.ts';
import { jobFile, jobsApi } from '../paths.ts';
import { words } from '../words.ts';
import { ExchangeTabs } from './exchange-tabs.tsx';
import css from './exchange.module.css';
import { NewExport } from './new-export.tsx';
import { NewImport } from './new-import.tsx';

const pageOfJobs = 10;

/** Exports and imports: how far each is and its files; a new one beside. */
export function JobsPage() {
  const t = useWords(words);
  const [shown, setShown] = useState(pageOfJobs);
  const read = useRead<{ jobs: readonly JobLine[] }>(jobsApi, { everySeconds: 2 });
  return (
    <PageBody>
      <PageHead title={t.jobs} note={t.jobsNote} />
      <ExchangeTabs />
      <div className={css.sides}>
        <Part title={t.jobList}>
          <Loaded read={read} skeleton={<Skeleton lines={6} />}>
            {({ jobs }) => jobs.length === 0 ? <Sheet><Empty title={t.noJobs}>{t.noJobsText}</Empty></Sheet> : (
              <>
                {jobs.slice(0, shown).map((job) => <Job key={job.id} job={job} />)}
                {jobs.length > shown ? <div><Button kind="quiet" onClick={() => setShown(shown + pageOfJobs)}>{t.more(Math.min(pageOfJobs, jobs.length - shown))}</Button></div> : null}
              </>
            )}
          </Loaded>
        </Part>
        <div className={css.stack}>
          <NewExport />
          <NewImport />
        </div>
      </div>
    </PageBody>
  );
}

const tones: Readonly<Record<JobLine['state'], Tone>> = { receiving: 'accent', active: 'accent', complete: 'done', failed: 'danger', cancelled: 'plain' };

function Job({ job }: { job: JobLine }) {
  const t = useWords(words);
  const language = useLanguage();
  const states = { receiving: t.stateReceiving, active: t.stateActive, complete: t.stateComplete, failed: t.stateFailed, cancelled: t.stateCancelled };
  const running = job.state === 'active' || job.state === 'receiving';
  const title = job.kind === 'export' ? t.exportTitle : t.importTitle;
  return (
    <Sheet kind="pad">
      <article className={css.job} aria-label={title}>
        <div className={css.head}>
          <b>{title}</b>
          <Chip tone={tones[job.state]}>{states[job.state]}</Chip>
          <span>{useAsked(job)}</span>
          <small>{t.byAt(job.by, formatMoment(job.created, { language }))}</small>
        </div>
        {running ? <Progress label={title} share={job.share}>{job.progress}</Progress> : <span>{job.kind === 'export' ? t.exported(job.done) : t.written(job.done, job.refused)}</span>}
        {job.error ? <span className={css.wrong} title={job.error.code}>{job.error.text}</span> : null}
        {running || job.state === 'cancelled' ? null : <Files job={job} />}
        <Acts job={job} running={running} />
      </article>
    </Sheet>
  );
}

function useAsked({ kind, asked }: JobLine): string {
  const t = useWords(words);
  const language = useLanguage();
  if (kind === 'import') return asked.inputs ? t.askedFrom(asked.inputs, (asked.hosts ?? []).join(', ')) : t.askedUpload;
  const level = asked.level === 'group' ? t.askedGroup(asked.group ?? '') : asked.level === 'patients' ? t.askedPatients : t.askedSystem;
  const types = asked.every ? undefined : (asked.types ?? []).join(', ');
  return [types && asked.level === 'system' ? types : [level, types].filter(Boolean).join(': '), asked.since ? t.askedSince(formatDay(asked.since, { language })) : ''].filter(Boolean).join(', ');
}

function Files({ job }: { job: JobLine }) {
  const t = useWords(words);
  const language = useLanguage();
  const over = job.expires !== null && new Date(job.expires) <= new Date();
  if (over) return <small>{t.gone}</small>;
  if (job.files.length === 0) return job.kind === 'export' && job.state === 'complete' ? <small>{t.nothing}</small> : null;
  if (!job.own) return <small>{t.notOwn(job.files.length)}</small>;
  const name = ({ kind, type, lines }: JobFile) => (kind === 'error' ? t.errors(lines) : kind === 'deleted' ? `${t.deletedFile}: ${formatNumber(lines, { language })}` : `${type}: ${formatNumber(lines, { language })}`);
  return (
    <>
      <div className={css.files}>
        {job.files.map((file) => <FileLink key={file.file} href={jobFile(job.id, file.file)} name={`${file.type}-${file.file}.ndjson`}>{`${name(file)} · ${sizeOf(file.bytes, language)}`}</FileLink>)}
      </div>
      {job.expires ? <small>{t.kept(formatMoment(job.expires, { language }))}</small> : null}
    </>
  );
}

/** Bytes as people say them: «12 КБ», «3,4 МБ». */
function sizeOf(bytes: number, language: Language): string {
  const units = language === 'ru' ? ['КБ', 'МБ', 'ГБ'] : ['KB', 'MB', 'GB'];
  let [value, at] = [bytes / 1024, 0];
  for (; value >= 1000 && at < units.length - 1; at++) value /= 1024;
  return `${formatNumber(value < 10 ? Math.max(0.1, value) : Math.round(value), { language, decimals: value < 10 ? 1 : 0 })}\u00A0${units[at]}`;
}

function Acts({ job, running }: { job: JobLine; running: boolean }) {
  const t = useWords(words);
  const act = { renews: [jobsApi], onRefused: ({ sentence }: { sentence: string }) => toast(sentence, { tone: 'danger' }) };
  const cancel = useAct<string>((said, call) => api.post(`${jobsApi}/${job.id}/cancel`, {}, call).then(() => said), { ...act, onDone: (said) => toast(String(said)) });
  const resume = useAct((_: void, call) => api.post(`${jobsApi}/${job.id}/resume`, {}, call), { ...act, onDone: () => toast(t.resumed) });
  const ask = async (question: { title: string; text: string; act: string }, said: string) => {
    if (await confirm({ ...question, danger: true })) cancel.run(said);
  };
  const stop = () => void ask({ title: t.cancelAsk, text: job.kind === 'export' ? t.cancelExportText : t.cancelImportText, act: t.keepJob }, t.cancelled);
  const remove = () => void ask({ title: t.removeAsk, text: t.removeText, act: t.remove }, t.removed);
  if (job.state === 'cancelled' || (job.state === 'complete' && job.files.length === 0)) return null;
  return (
    <div className={css.acts}>
      {job.state === 'failed' ? <Button small busy={resume.busy} onClick={() => resume.run()}>{t.resume}</Button> : null}
      {running || job.state === 'failed' ? <Button small busy={cancel.busy} onClick={stop}>{t.cancel}</Button> : <Button small kind="quiet" busy={cancel.busy} onClick={remove}>{t.remove}</Button>}
    </div>
  );
}
