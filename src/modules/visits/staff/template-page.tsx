import type { Questionnaire, QuestionnaireItem } from '@medplum/fhirtypes';
import { useEffect, useState } from 'react';
import { Button, Notice, PageBody, PageFoot, PageHead, QuestionnaireDocument, RefusalNotice, Skeleton, api, keycap, toast, useAct, useHotkey, useLanguage, usePageParams, useRead, useWords, type Answer } from '../../../ui/index.ts';
import { readTemplate, unnamed } from '../rules.ts';
import { templatePath } from '../paths.ts';
import css from './template.module.css';
import { namesOf } from './template-field.tsx';
import { TemplateOutline } from './template-outline.tsx';
import { templateWords } from './template-words.ts';

interface Step {
  questionnaire: Questionnaire;
  /** Words typed into one place are one step. */
  place: string;
}

/** One template: the page as the doctor sees it, its fields beside it. Saving makes a new version. */
export function TemplatePage() {
  const { template } = usePageParams<{ template: string }>();
  const path = templatePath(template);
  const read = useRead<Questionnaire>(path, { types: ['Questionnaire'] });
  if (read.error) return <PageBody kind="reading"><RefusalNotice error={read.error} onAgain={() => void read.refetch()} /></PageBody>;
  if (!read.data) return <PageBody><Skeleton lines={12} /></PageBody>;
  return <Editor key={template} path={path} stands={read.data} />;
}

const versionOf = (questionnaire: Questionnaire): number => Number(questionnaire.meta?.versionId ?? 1);

function Editor({ path, stands }: { path: string; stands: Questionnaire }) {
  const t = useWords(templateWords);
  const language = useLanguage();
  const [base, setBase] = useState(stands);
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [tried, setTried] = useState<Readonly<Record<string, Answer>>>({});
  const edited = steps.at(-1)?.questionnaire ?? base;
  const changed = steps.length > 0;
  const restart = (next: Questionnaire) => {
    setBase(next);
    setSteps([]);
  };
  if (!changed && versionOf(stands) > versionOf(base)) setBase(stands);
  const save = useAct(({ questionnaire, version }: { questionnaire: Questionnaire; version: number; was?: Questionnaire }, call) => api.put<{ version: number }>(`${path}?version=${version}`, questionnaire, call), {
    renews: ['/templates'],
    onDone: ({ version }, { questionnaire, was }) => {
      setBase({ ...questionnaire, meta: { ...questionnaire.meta, versionId: String(version) } });
      // What was typed while the answer was on its way stays.
      setSteps((last) => (last.at(-1)?.questionnaire === questionnaire ? [] : last));
      toast(t.saved(version), was ? { onUndo: () => save.run({ questionnaire: was, version }) } : {});
    },
  });
  const take = useAct(() => api.get<Questionnaire>(path), {
    onDone: (next) => {
      restart(next);
      save.forget();
    },
  });
  const nameless = unnamed(edited).length;
  const reason = !changed ? t.nothing : nameless > 0 ? t.unnamed(nameless) : undefined;
  const act = () => reason === undefined && save.run({ questionnaire: edited, version: versionOf(base), was: base });
  useHotkey('ctrl+enter', act, { text: t.save });
  useEffect(() => {
    if (!changed) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [changed]);
  const list = (item: QuestionnaireItem) => <p className={css.drawn}>{t.drawn(namesOf(item)[language] || namesOf(item).ru)}</p>;
  return (
    <>
      <PageBody>
        <PageHead title={readTemplate(edited).title[language]} note={`${t.versionNow(versionOf(base))} · ${t.editing}`} />
        {save.refusal?.code === 'store.stale' ? (
          <Notice tone="attention" title={t.stale} actions={<Button small busy={take.busy} onClick={() => take.run()}>{t.takeNew}</Button>}>{t.staleHint}</Notice>
        ) : save.refusal ? <RefusalNotice error={save.refusal} /> : null}
        <div className={css.editor}>
          <section aria-label={t.preview} className={css.preview}>
            <QuestionnaireDocument questionnaire={edited} values={tried} onChange={(linkId, value) => setTried((last) => ({ ...last, [linkId]: { value } }))} widgets={{ diagnosis: list, prescriptions: list, referrals: list }} allOpen />
          </section>
          <TemplateOutline
            questionnaire={edited}
            onEdit={(questionnaire, place) => setSteps((last) => [...(place !== '' && last.at(-1)?.place === place ? last.slice(0, -1) : last), { questionnaire, place }])}
          />
        </div>
      </PageBody>
      <PageFoot state={<small role="status">{changed ? (nameless > 0 ? t.unnamed(nameless) : t.changes(steps.length)) : t.nothing}</small>}>
        {changed ? <Button kind="quiet" onClick={() => { setSteps([]); save.forget(); }}>{t.drop}</Button> : null}
        {changed ? <Button onClick={() => setSteps((last) => last.slice(0, -1))}>{t.back}</Button> : null}
        <Button kind="main" keys={keycap('ctrl+enter')} busy={save.busy} reason={reason} onClick={act}>{t.save}</Button>
      </PageFoot>
    </>
  );
}
