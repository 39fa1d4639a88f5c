import { useState } from 'react';
import { mainText, mayEdit, type Role, type Template } from '../rules.ts';
import { Button, Empty, Sheet, Sparkline, Value, api, formatDay, newKey, useAct, useLanguage, useRead, useWords } from '../../../ui/index.ts';
import type { ChangesAnswer, CurrentMedicine, TemplateLine, VisitAnswer } from '../contract.ts';
import { visitApi } from '../paths.ts';
import type { DeskState, DraftDesk } from './draft-desk.ts';
import css from './visit.module.css';
import { words } from './words.ts';

const tabs = ['earlier', 'results', 'medicines', 'templates'] as const;
type Tab = (typeof tabs)[number];

interface BesideProps {
  visit: VisitAnswer;
  template: Template;
  desk: DraftDesk;
  state: DeskState;
  onTemplate: () => void;
  onRefused: (error: unknown) => void;
}

/** What the doctor looks up while writing. */
export function Beside(props: BesideProps) {
  const t = useWords(words);
  const [tab, setTab] = useState<Tab>('earlier');
  const shown = tabs.filter((each) => each !== 'templates' || props.visit.may.editAll);
  return (
    <aside className={css.beside} aria-label={t.beside}>
      <h2>{t.beside}</h2>
      <div className={css.tabs} role="tablist" aria-label={t.beside}>
        {shown.map((each, at) => (
          <button
            key={each} type="button" role="tab" id={`beside-${each}`} aria-selected={each === tab} aria-controls="beside-panel" tabIndex={each === tab ? 0 : -1} onClick={() => setTab(each)}
            onKeyDown={(event) => {
              const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              const next = shown[(at + step + shown.length) % shown.length]!;
              if (step === 0) return;
              setTab(next);
              document.getElementById(`beside-${next}`)?.focus();
            }}
          >
            {t[each]}
          </button>
        ))}
      </div>
      <div className={css.panel} role="tabpanel" id="beside-panel" aria-labelledby={`beside-${tab}`} tabIndex={-1}>
        {tab === 'earlier' ? <Earlier {...props} /> : tab === 'results' ? <Results {...props} /> : tab === 'medicines' ? <Medicines {...props} /> : <Templates {...props} />}
      </div>
    </aside>
  );
}

function Earlier({ visit, template, desk, state, onRefused }: BesideProps) {
  const t = useWords(words);
  const language = useLanguage();
  const copy = useAct((input: { document: string; linkId: string }) => api.post<ChangesAnswer>(`${visitApi(visit.encounter.id)}/copies`, { editor: desk.editor, document: input.document, linkIds: [input.linkId] }), {
    onDone: (answer) => desk.take(answer),
    onRefused,
  });
  if (visit.earlier.length === 0) return <Empty title={t.noEarlier}>{t.noEarlierHint}</Empty>;
  return visit.earlier.map((earlier) => (
    <Sheet key={earlier.document} kind="pad" label={`${formatDay(earlier.date, { language })}, ${earlier.author}`}>
      <div className={css.earlier}>
        <small>{[formatDay(earlier.date, { language }), earlier.author].filter(Boolean).join(' · ')}</small>
        {earlier.sections.map((section) => {
          const home = template.sections.find((each) => each.linkId === section.linkId);
          const text = home && mainText(home);
          const mayTake = text && mayEdit(visit.may.role as Role, text.linkId, template) && !state.fields.get(text.linkId)?.value;
          return (
            <div key={section.title}>
              <h3>
                {section.title}
                {home && mayTake && state.state === 'open' ? (
                  <button type="button" className={css.link} aria-label={t.copyTitle(section.title)} onClick={() => copy.run({ document: earlier.document, linkId: home.linkId })}>{t.copy}</button>
                ) : null}
              </h3>
              <p>{section.text}</p>
            </div>
          );
        })}
      </div>
    </Sheet>
  ));
}

function Results({ visit }: BesideProps) {
  const t = useWords(words);
  const language = useLanguage();
  if (visit.results.length === 0) return <Empty title={t.noResults}>{t.noResultsHint}</Empty>;
  return (
    <Sheet kind="pad" label={t.results}>
      <ul className={css.rows} data-results>
        {visit.results.map((result) => {
          const last = result.values.at(-1)!;
          return (
            <li key={result.code}>
              <span>
                {result.name}
                <br />
                <small>{formatDay(last.at, { language })}</small>
              </span>
              <Sparkline points={result.values} low={result.low} high={result.high} />
              <Value value={last.value} unit={result.unit} low={result.low} high={result.high} />
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}

function Medicines({ visit, desk, state }: BesideProps) {
  const t = useWords(words);
  const language = useLanguage();
  if (visit.medicines.length === 0) return <Empty title={t.noMedicines}>{t.noMedicinesHint}</Empty>;
  const open = state.state === 'open' && visit.may.editAll;
  const repeat = (medicine: CurrentMedicine) => desk.type(`prescription:${newKey()}`, { kind: 'prescription', medicine: { code: medicine.code!, name: medicine.name }, dosage: medicine.dosage, warnings: [] });
  return (
    <Sheet kind="pad" label={t.medicines}>
      <ul className={css.rows}>
        {visit.medicines.map((medicine) => {
          const linkId = `stop:${medicine.id}`;
          const stopped = Boolean(state.fields.get(linkId)?.value);
          const repeated = [...state.fields.values()].some(({ value }) => typeof value === 'object' && value?.kind === 'prescription' && value.medicine.code === medicine.code);
          return (
            <li key={medicine.id}>
              <span>
                {stopped ? <s>{medicine.name}</s> : medicine.name}
                <br />
                <small>{[medicine.dosage, medicine.since ? formatDay(medicine.since, { language }) : '', medicine.by ?? ''].filter(Boolean).join(' · ')}</small>
              </span>
              {open ? (
                <span className={css.facts}>
                  {medicine.code && !repeated ? (
                    <button
                      type="button" className={css.link} aria-label={`${t.repeat}: ${medicine.name}`}
                      onClick={() => {
                        // what is prescribed anew takes the place of what ran: not two of one
                        desk.type(linkId, { kind: 'stop', medication: medicine.id, name: medicine.name });
                        repeat(medicine);
                        void desk.flush();
                      }}
                    >
                      {t.repeat}
                    </button>
                  ) : null}
                  <button type="button" className={css.link} aria-label={`${t.stop}: ${medicine.name}`} onClick={() => desk.type(linkId, stopped ? null : { kind: 'stop', medication: medicine.id, name: medicine.name })}>
                    {stopped ? t.restore : t.stop}
                  </button>
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Sheet>
  );
}

function Templates({ visit, desk, onTemplate, onRefused }: BesideProps) {
  const t = useWords(words);
  const read = useRead<{ templates: TemplateLine[] }>('/templates');
  const change = useAct(
    async (template: string) => {
      await desk.flush();
      return api.put(`${visitApi(visit.encounter.id)}/template`, { template });
    },
    { onDone: onTemplate, onRefused },
  );
  return (
    <Sheet kind="pad" label={t.templates}>
      <ul className={css.rows}>
        {(read.data?.templates ?? []).filter((line) => line.active).map((line) => (
          <li key={line.id}>
            <span>{line.title}</span>
            {line.id === visit.template.id ? <small>{t.current}</small> : <Button small kind="quiet" busy={change.busy} onClick={() => change.run(line.id)}>{t.use}</Button>}
          </li>
        ))}
      </ul>
      <p className={css.hint}>{t.templateHint}</p>
    </Sheet>
  );
}
