import type { Ctx } from '../access/index.ts';
import type { Wait, WaitSource } from '../modules/chart/index.ts';
import { listDrafts } from '../modules/visits/index.ts';

/** What the modules let wait on a person's day. A new one is a line here. */
export const waits: readonly WaitSource[] = [{ key: 'drafts', read: draftsToSign }];

async function draftsToSign(ctx: Ctx): Promise<Wait | undefined> {
  if (ctx.actor.role !== 'doctor') return undefined;
  const { drafts } = await listDrafts(ctx);
  const [oldest] = drafts;
  if (!oldest) return undefined;
  const ru = ctx.language === 'ru';
  const { length } = drafts;
  const many = length % 10 === 1 && length % 100 !== 11 ? 'документ на подпись' : length % 10 >= 2 && length % 10 <= 4 && (length % 100 < 12 || length % 100 > 14) ? 'документа на подпись' : 'документов на подпись';
  return {
    key: 'drafts', count: length, urgency: 'today', title: ru ? many : length === 1 ? 'document to sign' : 'documents to sign', note: `${oldest.patient.shortName} — ${oldest.title}`,
    items: drafts.map((draft) => ({ key: draft.encounter, text: draft.patient.shortName, note: draft.title, path: `/visits/${draft.encounter}`, at: draft.started })),
  };
}
