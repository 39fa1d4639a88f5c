import type { Ctx } from '../access/index.ts';
import { listOpenCases } from '../modules/cases/index.ts';
import type { Wait, WaitSource } from '../modules/chart/index.ts';
import { listDrafts } from '../modules/visits/index.ts';

/** What the modules let wait on a person's day. A new one is a line here. */
export const waits: readonly WaitSource[] = [{ key: 'drafts', read: draftsToSign }, { key: 'cases', read: casesToClose }];

async function draftsToSign(ctx: Ctx): Promise<Wait | undefined> {
  if (ctx.actor.role !== 'doctor') return undefined;
  const { drafts } = await listDrafts(ctx);
  const [oldest] = drafts;
  if (!oldest) return undefined;
  const ru = ctx.language === 'ru';
  const { length } = drafts;
  return {
    key: 'drafts', count: length, urgency: 'today', title: ru ? wordFor(length, ['документ на подпись', 'документа на подпись', 'документов на подпись']) : length === 1 ? 'document to sign' : 'documents to sign', note: `${oldest.patient.shortName} — ${oldest.title}`,
    items: drafts.map((draft) => ({ key: draft.encounter, text: draft.patient.shortName, note: draft.title, path: `/visits/${draft.encounter}`, at: draft.started })),
  };
}

/** Of a doctor what lacks only the outcome, from the second day on; of the chief doctor what has been open for a month. */
async function casesToClose(ctx: Ctx): Promise<Wait | undefined> {
  const { role, organization } = ctx.actor;
  if (!organization || (role !== 'doctor' && role !== 'head')) return undefined;
  const { cases } = await listOpenCases(ctx, role === 'head' ? 'clinic' : 'mine');
  const due = cases.filter((one) => (role === 'head' ? one.days >= 30 : one.ready && one.days >= 1));
  const [oldest] = due;
  if (!oldest) return undefined;
  const { length } = due;
  const ru = ctx.language === 'ru';
  const title = role === 'head' ? wordFor(length, ['случай открыт больше месяца', 'случая открыты больше месяца', 'случаев открыты больше месяца']) : wordFor(length, ['случай пора закрыть', 'случая пора закрыть', 'случаев пора закрыть']);
  const english = `${length === 1 ? 'case' : 'cases'} ${role === 'head' ? 'open for over a month' : 'to close'}`;
  return {
    key: 'cases', count: length, urgency: 'later', title: ru ? title : english, note: `${oldest.patient.shortName}${oldest.diagnosis ? ` — ${oldest.diagnosis.text}` : ''}`, path: '/cases',
    items: due.map((one) => ({ key: one.id, text: one.patient.shortName, ...(one.diagnosis ? { note: one.diagnosis.text } : {}), path: `/cases/${one.id}`, at: one.start })),
  };
}

/** 1 документ, 2 документа, 5 документов, 21 документ. */
function wordFor(count: number, [one, few, many]: readonly [string, string, string]): string {
  const [ten, hundred] = [count % 10, count % 100];
  if (ten === 1 && hundred !== 11) return one;
  return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? few : many;
}
