import { newId, shardOf } from '../kernel/id.ts';
import { Problem } from '../kernel/problem.ts';
import type { Ctx } from './context.ts';
import { entranceOf } from './create-context.ts';

export const breakGlassMilliseconds = 4 * 60 * 60_000;
export const leastReason = 5;

export interface BreakGlass {
  id: string;
  patient: string;
  reason: string;
  opened: Date;
  until: Date;
  /** Account of the person who must look at it; undefined where the organisation has no chief doctor yet. */
  reviewer: string | undefined;
}

/**
 * Opens one patient's record for four hours, for a reason. Who opened and why goes to a named reviewer and to the patient. Opening
 * again while it is open answers the same one. The access of the *next* request has it.
 */
export async function breakGlass(ctx: Ctx, patient: string, reason: string): Promise<BreakGlass> {
  if (!['doctor', 'nurse', 'head'].includes(ctx.actor.role)) throw new Problem('access.break-glass-role');
  const why = reason.trim().slice(0, 1000);
  if (why.length < leastReason) throw new Problem('access.reason-needed', { least: leastReason });
  await ctx.store.read('Patient', patient);
  const { entrance, account } = entranceOf(ctx);
  const opened = ctx.now;
  const until = new Date(opened.getTime() + breakGlassMilliseconds);
  const found = await entrance.db.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [`${ctx.actor.reference} ${patient}`]);
    const [open] = await sql.query<BreakGlassRow>('select * from break_glass where actor = $1 and patient = $2 and until > $3', [ctx.actor.reference, patient, opened]);
    if (open) return open;
    // The chief doctor of the own organisation, or of another where it has none; never the one who opened.
    const [reviewer] = await sql.query<{ id: string }>(
      `select id from account where role = 'head' and not disabled and id <> $2 order by (organization = $1) is true desc, created limit 1`, [ctx.actor.organization ?? '', account],
    );
    const rows = await sql.query<BreakGlassRow>(
      'insert into break_glass (id, shard, actor, account, patient, reason, opened, until, reviewer) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *',
      [newId(shardOf(patient)), shardOf(patient), ctx.actor.reference, account, patient, why, opened, until, reviewer?.id ?? null],
    );
    return rows[0]!;
  });
  entrance.relations.forget(ctx.actor);
  return { id: found.id, patient: found.patient, reason: found.reason, opened: new Date(found.opened), until: new Date(found.until), reviewer: found.reviewer ?? undefined };
}

/** Cases that this person has to review, the oldest first: who opened whose record, when, why. */
export async function breakGlassToReview(ctx: Ctx): Promise<(BreakGlass & { actor: string; actorName: string })[]> {
  const { entrance, account } = entranceOf(ctx);
  const rows = await entrance.db.query<BreakGlassRow & { name: string | null }>(
    `select b.*, a.name from break_glass b left join account a on a.id = b.account
     where b.reviewed is null and (b.reviewer = $1 or (b.reviewer is null and $2 = 'head' and b.account <> $1)) order by b.opened`, [account, ctx.actor.role],
  );
  return rows.map((row) => ({
    id: row.id, patient: row.patient, reason: row.reason, opened: new Date(row.opened), until: new Date(row.until), reviewer: row.reviewer ?? undefined, actor: row.actor, actorName: row.name ?? row.actor,
  }));
}

/** The reviewer's verdict, given once. */
export async function reviewBreakGlass(ctx: Ctx, id: string, verdict: 'justified' | 'unjustified', note = ''): Promise<void> {
  const { entrance, account } = entranceOf(ctx);
  const [row] = await entrance.db.query<BreakGlassRow>('select * from break_glass where id = $1', [id]);
  const his = row && (row.reviewer === account || (row.reviewer === null && ctx.actor.role === 'head' && row.account !== account));
  if (!his) throw new Problem('access.break-glass-unknown');
  const rows = await entrance.db.query('update break_glass set reviewed = $2, verdict = $3, note = $4, reviewer = $5 where id = $1 and reviewed is null returning 1', [id, ctx.now, verdict, note.slice(0, 1000), account]);
  if (!rows[0]) throw new Problem('access.break-glass-reviewed');
}

interface BreakGlassRow {
  id: string;
  actor: string;
  account: string;
  patient: string;
  reason: string;
  opened: string;
  until: string;
  reviewer: string | null;
  reviewed: string | null;
}
