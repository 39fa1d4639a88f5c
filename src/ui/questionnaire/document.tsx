import type { Questionnaire } from '@medplum/fhirtypes';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { formatTime } from '../format.ts';
import { useLanguage, useWords } from '../words.ts';
import { AnswerField, answerId } from './answer-field.tsx';
import type { CodeSearch } from './answer-field.tsx';
import { isFilled, wroteVerb } from './answers.ts';
import type { Answer, Answers } from './answers.ts';
import css from './document.module.css';
import { isEnabled } from './enabled-items.ts';
import { commonWords, labelOf, rowsOf, sectionsOf, titleOf, widgetOf } from './read-items.ts';
import type { Item, Part, Row, Section } from './read-items.ts';
import { words } from './words.ts';

export type { Answer, Answers } from './answers.ts';
export type { CodeSearch } from './answer-field.tsx';

export interface QuestionnaireDocumentProps {
  questionnaire: Questionnaire;
  values: Answers;
  onChange: (linkId: string, value: unknown) => void;
  /** A copy is confirmed as it is; without it the same value is written again. */
  onConfirm?: (linkId: string) => void;
  /** Under the kind of the document: «Приём 21 ноября 2026». */
  heading?: ReactNode;
  /** Whose name is not repeated beside fields: one's own. */
  me?: string;
  /** Draws what a widget (`urn:karta:widget`) names, a group or an item, instead of its fields. */
  widgets?: Readonly<Record<string, (item: Item) => ReactNode>>;
  /** By value set URL or link. */
  searches?: Readonly<Record<string, CodeSearch>>;
  /** Links that are needed and empty, to be marked. */
  missing?: readonly string[];
  /** Out of the normal range. */
  isHot?: (linkId: string, value: unknown) => boolean;
  /** Leads to a field: a new object each time. */
  goTo?: { linkId: string } | undefined;
  /** Every section stands open from the first: a template under edit. */
  allOpen?: boolean;
  /** Under a section: conflicts, proposals. */
  below?: (section: Section) => ReactNode;
}

/** A questionnaire as the document that it becomes, to be typed into: sections open as they are reached, fields stand in their sentence. */
export function QuestionnaireDocument({ questionnaire, values, onChange, onConfirm, heading, me, widgets = {}, searches = {}, missing = [], isHot, goTo, allOpen = false, below }: QuestionnaireDocumentProps) {
  const language = useLanguage();
  const drawn = useMemo(() => new Set(Object.keys(widgets)), [widgets]);
  const sections = useMemo(() => sectionsOf(questionnaire, drawn), [questionnaire, drawn]);
  const [reached, setReached] = useState<ReadonlySet<string>>(new Set());
  const place = useRef<HTMLElement>(null);
  const reach = (linkId: string) => setReached((last) => (last.has(linkId) ? last : new Set([...last, linkId])));

  useEffect(() => {
    if (!goTo) return undefined;
    const section = sections.find((one) => one.linkId === goTo.linkId || one.items.some((item) => item.linkId === goTo.linkId));
    if (section) reach(section.linkId);
    const can = ':is(input, textarea, select, button):not([tabindex="-1"])';
    const lead = () => {
      const named = document.getElementById(answerId(goTo.linkId));
      const field = named?.matches(can) ? named : named?.querySelector<HTMLElement>(can);
      field?.focus();
      field?.scrollIntoView({ block: 'center' });
      return field !== null && field !== undefined;
    };
    if (lead()) return undefined;
    // The section opens first; a field that is not there at all leads to the section's own first one.
    const timer = setTimeout(() => lead() || place.current?.querySelector<HTMLElement>(`[data-section="${CSS.escape(section?.linkId ?? goTo.linkId)}"] ${can}`)?.focus());
    return () => clearTimeout(timer);
  }, [goTo, sections]);

  const firstEmpty = sections.findIndex((section) => !section.items.some((item) => isFilled(values[item.linkId])));
  return (
    <article className={css.document} ref={place} lang={language}>
      <p className={css.kind}>{titleOf(questionnaire, language)}</p>
      {heading === undefined ? null : <h1>{heading}</h1>}
      {sections.map((section, at) => {
        const asked = section.items.filter((item) => isEnabled(item, values));
        if (asked.length === 0) return null;
        const open = allOpen || at === firstEmpty || reached.has(section.linkId) || asked.some((item) => isFilled(values[item.linkId])) || section.items.some((item) => drawn.has(widgetOf(item) ?? ''));
        return (
          <section key={section.linkId} className={css.section} data-section={section.linkId} data-later={!open || undefined} onFocus={() => reach(section.linkId)} aria-label={labelOf(section.item, language)}>
            <h2>{labelOf(section.item, language)}</h2>
            {rowsOf(open ? asked : [asked.find((item) => item.type !== 'display') ?? asked[0]!], drawn).map((row) => (
              <RowOfDocument key={row.kind === 'run' ? linksOf(row)[0] : row.item.linkId} row={row} section={section} values={values} onChange={onChange} onConfirm={onConfirm} me={me} widgets={widgets} searches={searches} missing={missing} isHot={isHot} alone={asked.filter((item) => item.type === 'text').length < 2} />
            ))}
            {below?.(section)}
          </section>
        );
      })}
    </article>
  );
}

type RowProps = Required<Pick<QuestionnaireDocumentProps, 'values' | 'onChange' | 'widgets' | 'searches' | 'missing'>> & { onConfirm: QuestionnaireDocumentProps['onConfirm'] | undefined; me: string | undefined; isHot: QuestionnaireDocumentProps['isHot'] | undefined; row: Row; section: Section; alone: boolean };

function linksOf(row: Row): string[] {
  if (row.kind === 'block') return [row.item.linkId];
  return row.parts.flatMap((part) => (part.kind === 'one' ? [part.item.linkId] : [part.first.linkId, part.second.linkId]));
}

function RowOfDocument(props: RowProps) {
  const { row, section, values, widgets, alone } = props;
  const language = useLanguage();
  if (row.kind === 'run') {
    return (
      <p className={css.run}>
        {row.parts.map((part) => <PartOfRun key={part.kind === 'one' ? part.item.linkId : part.first.linkId} part={part} {...props} />)}
        <Wrote answers={linksOf(row).map((link) => values[link])} me={props.me} measured />
        {linksOf(row).map((link) => <Copied key={link} answer={values[link]} onConfirm={() => confirm(props, link)} />)}
      </p>
    );
  }
  const { item } = row;
  const widget = widgets[widgetOf(item) ?? ''];
  if (widget) return <div className={css.widget} id={answerId(item.linkId)}>{widget(item)}</div>;
  if (item.type === 'display') return <p className={css.display}>{labelOf(item, language)}</p>;
  const answer = values[item.linkId];
  const own = item.linkId === section.linkId;
  return (
    <div className={css.block}>
      {own || (alone && item.type === 'text') ? null : <h3>{labelOf(item, language)}</h3>}
      <FieldOfRow item={item} {...props} label={own ? labelOf(section.item, language) : labelOf(item, language)} />
      <Copied answer={answer} onConfirm={() => confirm(props, item.linkId)} />
      <Wrote answers={[answer]} me={props.me} measured={false} />
    </div>
  );
}

function confirm({ onConfirm, onChange, values }: RowProps, linkId: string): void {
  if (onConfirm) onConfirm(linkId);
  else onChange(linkId, values[linkId]?.value);
}

function PartOfRun({ part, ...props }: { part: Part } & RowProps) {
  const language = useLanguage();
  const second = useRef<HTMLInputElement | null>(null);
  if (part.kind === 'one') return <FieldOfRow item={part.item} named {...props} />;
  const label = commonWords(labelOf(part.first, language), labelOf(part.second, language));
  const unit = (item: Item): Item => ({ ...item, extension: (item.extension ?? []).filter((extension) => !extension.url.endsWith('questionnaire-unit')) });
  return (
    <span className={css.answer}>
      <span className={css.label}>{label || labelOf(part.first, language)} </span>
      <FieldOfRow
        item={unit(part.first)}
        {...props}
        label={labelOf(part.first, language)}
        onKeyDown={(event) => {
          // «158/94» is typed as it is said.
          if (!['/', ' ', '\\', '.', 'Enter'].includes(event.key)) return;
          event.preventDefault();
          second.current?.focus();
          second.current?.select();
        }}
      />
      <span aria-hidden="true">/</span>
      <FieldOfRow item={part.second} {...props} label={labelOf(part.second, language)} fieldRef={(element) => { second.current = element; }} />
    </span>
  );
}

function FieldOfRow({ item, named, label, onKeyDown, fieldRef, ...props }: { item: Item; named?: boolean; label?: string } & Pick<Parameters<typeof AnswerField>[0], 'onKeyDown' | 'fieldRef'> & RowProps) {
  const answer = props.values[item.linkId];
  return (
    <AnswerField
      item={item}
      answer={answer}
      named={named}
      label={label}
      onKeyDown={onKeyDown}
      fieldRef={fieldRef}
      onChange={(value) => props.onChange(item.linkId, value)}
      onConfirm={() => confirm(props, item.linkId)}
      search={props.searches[item.linkId] ?? props.searches[item.answerValueSet ?? '']}
      needed={props.missing.includes(item.linkId)}
      hot={props.isHot?.(item.linkId, answer?.value)}
    />
  );
}

/** Where a copy came from, and that it waits for a word. */
function Copied({ answer, onConfirm }: { answer: Answer | undefined; onConfirm: () => void }) {
  const t = useWords(words);
  if (!answer?.unconfirmed) return null;
  return (
    <button type="button" className={css.source} tabIndex={-1} onClick={onConfirm}>
      {answer.source ?? t.copied} · {t.confirm} <kbd aria-hidden="true">Tab</kbd>
    </button>
  );
}

/** Who else wrote here and when, said once for a run: «измерила Орлова Т. И. в 9:05». */
function Wrote({ answers, me, measured }: { answers: readonly (Answer | undefined)[]; me: string | undefined; measured: boolean }) {
  const t = useWords(words);
  const language = useLanguage();
  const others = new Map<string, Answer>();
  for (const answer of answers) if (answer?.by && answer.by !== me && !answer.unconfirmed) others.set(answer.by, answer);
  if (others.size === 0) return null;
  return (
    <small className={css.wrote}>
      {[...others.values()]
        .map(({ by = '', at }) => [language === 'ru' ? wroteVerb(by, measured) : '', by, at ? t.at(formatTime(at)) : ''].filter(Boolean).join(' '))
        .join(', ')}
    </small>
  );
}
