import type { CarePlan, Task } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { Language } from '../../kernel/problem.ts';
import { buildMeasures } from './build-measures.ts';
import { addDays, dayIn } from './calendar.ts';
import type { Measure, Wait, WaitItem, WaitsAnswer } from './contract.ts';
import { dueItems } from './due-items.ts';
import { find, readMap } from './find.ts';
import type { ChartParts } from './parts.ts';
import { cardPath } from './paths.ts';
import { shortNameOf } from './person.ts';

/** New results are shown for so long, unless seen. */
const resultDays = 21;
export const resultSeen = { system: 'urn:karta:task', code: 'result-seen' } as const;

const words = {
  ru: { critical: ['критический результат', 'критических результата', 'критических результатов'], results: ['новый результат', 'новых результата', 'новых результатов'], overdue: ['просроченный срок', 'просроченных срока', 'просроченных сроков'], out: 'вне нормы' },
  en: { critical: ['critical result', 'critical results', 'critical results'], results: ['new result', 'new results', 'new results'], overdue: ['overdue follow-up', 'overdue follow-ups', 'overdue follow-ups'], out: 'out of range' },
} as const;

function form(count: number, language: Language, [one, few, many]: readonly [string, string, string]): string {
  if (language === 'en') return count === 1 ? one : few;
  const ten = count % 10;
  const hundred = count % 100;
  if (ten === 1 && hundred !== 11) return one;
  return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? few : many;
}

/** What waits for the caller beside the line of the day, the most urgent first: critical and new results, what the modules add, overdue follow-up. */
export async function readWaits(ctx: Ctx, parts: ChartParts): Promise<WaitsAnswer> {
  const doctor = ctx.actor.role === 'doctor';
  const own = doctor ? [results(ctx, parts.zone), overdue(ctx, parts.zone)] : [];
  const found = (await Promise.all([...own, ...parts.waits.map(async (source) => [await source.read(ctx)])])).flat();
  const rank = { now: 0, today: 1, later: 2 } as const;
  return { waits: found.filter((each) => each !== undefined && each.count > 0).sort((a, b) => rank[a!.urgency] - rank[b!.urgency]) as Wait[] };
}

/** Laboratory values of the doctor's own patients that he has not yet seen. */
async function results(ctx: Ctx, zone: string): Promise<(Wait | undefined)[]> {
  const since = addDays(dayIn(ctx.now, zone), -resultDays);
  const [patients, seen] = await Promise.all([ownPatients(ctx), seenResults(ctx, since)]);
  if (patients.length === 0) return [];
  const found = (await find(ctx, 'Observation', `patient=${patients.join(',')}&category=laboratory&date=ge${since}&_sort=-date&_count=300`)).filter(({ id }) => !seen.has(id));
  const people = await readMap<'Patient'>(ctx, found.map(({ subject }) => subject?.reference));
  const lines = found.flatMap((observation): { item: WaitItem; measure: Measure }[] => {
    const patient = people.get(observation.subject?.reference ?? '');
    const measure = buildMeasures([observation], ctx.language)[0];
    if (!patient || !measure) return [];
    const arrow = measure.verdict === 'high' ? '↑ ' : measure.verdict === 'low' ? '↓ ' : '';
    const value = ctx.language === 'ru' ? measure.value.replace('.', ',') : measure.value;
    return [{ measure, item: { key: observation.id, text: shortNameOf(patient.name), note: `${measure.name} ${arrow}${value}\u00a0${measure.unit.replaceAll(' ', '\u00a0')}`, path: cardPath(patient.id, 'results'), at: measure.at } }];
  });
  const t = words[ctx.language];
  const critical = lines.filter(({ measure }) => measure.critical).map(({ item }) => item);
  const rest = lines.filter(({ measure }) => !measure.critical);
  const out = rest.filter(({ measure }) => measure.verdict === 'high' || measure.verdict === 'low').length;
  const sorted = rest.sort((a, b) => Number(isOut(b.measure)) - Number(isOut(a.measure)) || b.measure.at.localeCompare(a.measure.at)).map(({ item }) => item);
  return [
    { key: 'critical', count: critical.length, urgency: 'now', title: form(critical.length, ctx.language, t.critical), ...(critical[0] ? { note: `${critical[0].text} — ${critical[0].note}` } : {}), items: critical },
    { key: 'results', count: sorted.length, urgency: 'later', title: form(sorted.length, ctx.language, t.results), ...(out > 0 ? { note: `${out} ${t.out}` } : {}), items: sorted.slice(0, 50) },
  ];
}

const isOut = ({ verdict }: Measure) => verdict === 'high' || verdict === 'low';

/** Patients of the doctor's own district, and those booked with him today. */
export async function ownPatients(ctx: Ctx): Promise<string[]> {
  const own = ctx.actor.practitionerRole;
  if (!own) return [];
  const attached = await find(ctx, 'Patient', `general-practitioner=${own}&_elements=id&_count=1000`);
  return attached.map(({ id }) => `Patient/${id}`);
}

async function seenResults(ctx: Ctx, since: string): Promise<Set<string>> {
  const tasks = await find(ctx, 'Task', `owner=${ctx.actor.reference}&code=${resultSeen.system}|${resultSeen.code}&authored-on=ge${since}&_elements=focus&_count=1000`);
  return new Set(tasks.flatMap(({ focus }) => (focus?.reference?.startsWith('Observation/') ? [focus.reference.slice('Observation/'.length)] : [])));
}

/** Marks results as seen by the caller: a finished Task each, so that whoever audits finds who saw what and when. */
export async function markSeen(ctx: Ctx, ids: readonly string[], idempotencyKey: string | undefined): Promise<void> {
  const found = await readMap<'Observation'>(ctx, ids.map((id) => `Observation/${id}`));
  const tasks = [...found.values()].flatMap((each): Task[] =>
    each.subject ? [{ resourceType: 'Task', status: 'completed', intent: 'order', code: { coding: [{ ...resultSeen, display: 'Результат просмотрен' }] }, focus: { reference: `Observation/${each.id}` }, for: each.subject, owner: { reference: ctx.actor.reference }, authoredOn: ctx.now.toISOString(), lastModified: ctx.now.toISOString() }] : [],
  );
  if (tasks.length > 0) await ctx.store.write(tasks.map((resource) => ({ method: 'create', resource })), idempotencyKey === undefined ? {} : { idempotencyKey });
}

/** Follow-up of the district's people whose time has passed. */
async function overdue(ctx: Ctx, zone: string): Promise<(Wait | undefined)[]> {
  const patients = await ownPatients(ctx);
  if (patients.length === 0) return [];
  const today = dayIn(ctx.now, zone);
  const plans = await find(ctx, 'CarePlan', `patient=${patients.join(',')}&status=active&_count=1000`);
  const people = await readMap<'Patient'>(ctx, plans.map(({ subject }) => subject.reference));
  const items = plans.flatMap((plan: CarePlan & { id: string }): WaitItem[] =>
    dueItems({ plans: [plan], referrals: [], bookings: [] }, today, zone)
      .filter(({ state }) => state === 'overdue')
      .map((due) => ({ key: due.id, text: shortNameOf(people.get(plan.subject.reference ?? '')?.name), note: due.text, path: cardPath((plan.subject.reference ?? '').slice('Patient/'.length)), ...(due.till ? { at: due.till } : {}) })),
  );
  return [{ key: 'overdue', count: items.length, urgency: 'later', title: form(items.length, ctx.language, words[ctx.language].overdue), ...(items[0] ? { note: `${items[0].text} — ${items[0].note}` } : {}), items }];
}
