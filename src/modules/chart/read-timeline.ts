import type { DiagnosticReport, DocumentReference, Encounter, Observation } from '@medplum/fhirtypes';
import { paperCopy } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import { buildMeasures, timeOf } from './build-measures.ts';
import type { Measure, TimelineAnswer, TimelineBody, TimelineItem, TimelineKind } from './contract.ts';
import { find, readMap, staffNames } from './find.ts';
import { mergeAxis, type Source } from './merge-axis.ts';
import { openPerson } from './open-person.ts';
import { saysWords } from './says-words.ts';
import { visitTitle } from './visit-title.ts';

type WithId<T> = T & { id: string };

/** Visits, stays, documents, results and paper copies of a person on one axis, newest first; by kind and by typed words. */
export async function readTimeline(ctx: Ctx, patient: string, { kind, typed, cursor, count }: Pick<TimelineBody, 'count'> & Partial<TimelineBody>): Promise<TimelineAnswer> {
  const { of } = await openPerson(ctx, patient);
  const wanted = (one: TimelineKind) => kind === undefined || kind === one;
  const sources: Source<TimelineItem>[] = [
    ...(wanted('visit') ? [visitSource(ctx, of)] : []),
    ...(wanted('document') || wanted('paper') ? [documentSource(ctx, of, kind)] : []),
    ...(wanted('result') ? [resultSource(ctx, of), reportSource(ctx, of)] : []),
  ];
  const words = typed?.trim();
  const fits = words ? (item: TimelineItem) => saysWords(words, `${item.title} ${item.note} ${(item.out ?? []).join(' ')} ${item.at.slice(0, 4)}`) : undefined;
  // What is filtered is looked for in large steps: most of it falls through.
  return mergeAxis(sources, { count, cursor, fits, batch: words ? 400 : Math.min(1000, count + 12) });
}

/** To the end of the second: dates are written to the second or finer, and none of the moment itself may be missed. */
const wholeSecond = (at: string, add: number) => `${new Date(Math.floor(Date.parse(at) / 1000 + add) * 1000).toISOString().slice(0, 19)}Z`;
const until = (before: string | undefined) => (before === undefined ? '' : `&date=le${wholeSecond(before, 1)}`);
const lastOf = <T>(list: readonly T[], size: number, at: (one: T) => string | undefined): string | undefined => (list.length < size ? undefined : at(list.at(-1)!));

function visitSource(ctx: Ctx, of: string): Source<TimelineItem> {
  return async (before, size) => {
    const visits = (await find(ctx, 'Encounter', `${of}${until(before)}&_sort=-date&_count=${size}`)).filter(({ period }) => period?.start);
    if (visits.length === 0) return { items: [], last: undefined };
    const shown = visits.filter(({ status }) => !['cancelled', 'entered-in-error', 'planned'].includes(status));
    const doctors = shown.map((each) => each.participant?.[0]?.individual?.reference);
    const [posts, names, clinics, documents] = await Promise.all([postsOf(ctx, doctors), staffNames(ctx, doctors), readMap<'Organization'>(ctx, shown.map(({ serviceProvider }) => serviceProvider?.reference)), documentsOf(ctx, of, shown)]);
    const items = shown.map((each): TimelineItem => {
      const doctor = each.participant?.[0]?.individual;
      const clinic = clinics.get(each.serviceProvider?.reference ?? '')?.name ?? each.serviceProvider?.display ?? '';
      const stay = ['IMP', 'ACUTE', 'NONAC', 'SS'].includes(each.class.code ?? '');
      const open = each.status !== 'finished';
      const words = each.diagnosis?.[0]?.condition.display ?? each.reasonCode?.[0]?.text ?? '';
      const who = doctor?.display ?? names.get(doctor?.reference ?? '') ?? '';
      const document = documents.get(each.id);
      return {
        key: `Encounter/${each.id}`, kind: 'visit', at: each.period!.start!, ...(stay && each.period!.end ? { till: each.period!.end } : {}),
        title: stay ? [clinic, ctx.language === 'ru' ? 'стационар' : 'stay'].filter(Boolean).join(', ') : visitTitle(posts.get(doctor?.reference ?? ''), ctx.language),
        note: [stay ? (each.reasonCode?.[0]?.text ?? words) : words, who, stay ? '' : clinic].filter(Boolean).join(' · '),
        encounter: each.id, ...(document ? { document } : {}), ...(open ? { open } : {}), ...(stay ? { stay } : {}),
      };
    });
    return { items, last: lastOf(visits, size, (each: WithId<Encounter>) => each.period!.start) };
  };
}

/** The post in words of each practitioner, by his reference. */
async function postsOf(ctx: Ctx, references: readonly (string | undefined)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(references.filter((each) => each?.startsWith('Practitioner/')))];
  if (wanted.length === 0) return new Map();
  const posts = await find(ctx, 'PractitionerRole', `practitioner=${wanted.join(',')}&_count=200`);
  return new Map(posts.flatMap((post) => (post.practitioner?.reference ? [[post.practitioner.reference, post.code?.[0]?.text ?? post.code?.[0]?.coding?.[0]?.display ?? ''] as const] : [])));
}

/** The signed document in force of each visit. */
async function documentsOf(ctx: Ctx, of: string, visits: readonly WithId<Encounter>[]): Promise<Map<string, string>> {
  if (visits.length === 0) return new Map();
  const found = await find(ctx, 'DocumentReference', `${of}&status=current&encounter=${visits.map(({ id }) => `Encounter/${id}`).join(',')}&_elements=context,date&_count=1000`);
  return new Map(found.flatMap((document) => (document.context?.encounter ?? []).flatMap(({ reference }) => (reference?.startsWith('Encounter/') ? [[reference.slice(10), document.id] as const] : []))));
}

export const isPaper = (document: DocumentReference): boolean => document.category?.some((each) => each.coding?.some(({ system, code }) => system === paperCopy.system && code === paperCopy.code)) ?? false;

function documentSource(ctx: Ctx, of: string, kind: TimelineKind | undefined): Source<TimelineItem> {
  // A visit's document stands at its visit, unless documents are what is looked for.
  const alone = kind === 'document' ? '' : kind === 'paper' ? `&category=${paperCopy.system}|${paperCopy.code}` : '&encounter:missing=true';
  return async (before, size) => {
    const found = (await find(ctx, 'DocumentReference', `${of}${until(before)}&status=current${alone}&_sort=-date&_count=${size}`)).filter(({ date }) => date);
    const authors = await staffNames(ctx, found.map(({ author }) => author?.[0]?.reference));
    const items = found.filter((each) => kind !== 'document' || !isPaper(each)).map((each): TimelineItem => {
      const paper = isPaper(each);
      const encounter = each.context?.encounter?.[0]?.reference;
      return {
        key: `DocumentReference/${each.id}`, kind: paper ? 'paper' : 'document', at: each.date!, title: paper ? `${ctx.language === 'ru' ? 'Копия с бумаги' : 'Paper copy'}: ${titleOf(each)}` : titleOf(each),
        note: [each.author?.[0]?.display ?? authors.get(each.author?.[0]?.reference ?? ''), each.custodian?.display].filter(Boolean).join(' · '), document: each.id, ...(encounter?.startsWith('Encounter/') ? { encounter: encounter.slice(10) } : {}),
      };
    });
    return { items, last: lastOf(found, size, (each: WithId<DocumentReference>) => each.date) };
  };
}

export const titleOf = (document: DocumentReference): string => document.description ?? document.content[0]?.attachment?.title ?? document.type?.text ?? document.type?.coding?.[0]?.display ?? '';

/** Laboratory values, those of one moment as one item. */
function resultSource(ctx: Ctx, of: string): Source<TimelineItem> {
  return async (before, size) => {
    const wide = Math.min(1000, size * 6);
    const found = (await find(ctx, 'Observation', `${of}&category=laboratory${until(before)}&_sort=-date&_count=${wide}`)).filter((each) => timeOf(each));
    const last = lastOf(found, wide, (each: WithId<Observation>) => timeOf(each));
    const moments = Map.groupBy(found, (each) => Date.parse(timeOf(each)!));
    // The last moment of a full batch may go on in the next one.
    if (last !== undefined && moments.size > 1) moments.delete(Date.parse(last));
    const reports = await reportsOf(ctx, of, [...moments.values()].flat());
    const items = [...moments.values()].map((values): TimelineItem => {
      const measures = buildMeasures(values, ctx.language);
      const isOut = ({ verdict }: Measure) => verdict === 'high' || verdict === 'low';
      const out = measures.filter(isOut).map((measure) => said(measure, ctx.language));
      return {
        key: `Observation/${values.map(({ id }) => id).sort()[0]}`, kind: 'result', at: timeOf(values[0]!)!, title: reports.get(values[0]!.id) ?? (ctx.language === 'ru' ? 'Анализы' : 'Laboratory'),
        note: measures.filter((each) => !isOut(each)).map((measure) => said(measure, ctx.language)).join(', '), ...(out.length > 0 ? { out } : {}),
      };
    });
    return { items, last };
  };
}

/** «↑ ЛПНП 3,8 ммоль/л», held together. */
function said({ name, value, unit, verdict }: Measure, language: 'ru' | 'en'): string {
  const arrow = verdict === 'high' ? '↑\u00a0' : verdict === 'low' ? '↓\u00a0' : '';
  return `${arrow}${name} ${language === 'ru' ? value.replaceAll('.', ',') : value} ${unit}`.trim().replaceAll(' ', '\u00a0');
}

/** Titles of the reports that hold these values. */
async function reportsOf(ctx: Ctx, of: string, values: readonly WithId<Observation>[]): Promise<Map<string, string>> {
  const moments = [...new Set(values.map((each) => timeOf(each)!))];
  if (moments.length === 0) return new Map();
  const sorted = moments.map((each) => new Date(each).toISOString()).sort();
  const reports = await find(ctx, 'DiagnosticReport', `${of}&date=ge${wholeSecond(sorted[0]!, -1)}&date=le${wholeSecond(sorted.at(-1)!, 1)}&_count=1000&_elements=code,result,status`);
  return new Map(reports.flatMap((report) => (report.result ?? []).flatMap(({ reference }) => (reference ? [[reference.replace('Observation/', ''), reportTitle(report)] as const] : []))));
}

const reportTitle = (report: DiagnosticReport): string => report.code?.text ?? report.code?.coding?.[0]?.display ?? '';

/** Reports without values: images, conclusions. */
function reportSource(ctx: Ctx, of: string): Source<TimelineItem> {
  return async (before, size) => {
    const found = (await find(ctx, 'DiagnosticReport', `${of}&result:missing=true${until(before)}&_sort=-date&_count=${size}`)).filter((each) => each.effectiveDateTime);
    const items = found.map((each): TimelineItem => ({ key: `DiagnosticReport/${each.id}`, kind: 'result', at: each.effectiveDateTime!, title: reportTitle(each), note: each.conclusion ?? each.performer?.[0]?.display ?? '' }));
    return { items, last: lastOf(found, size, (each: WithId<DiagnosticReport>) => each.effectiveDateTime) };
  };
}
