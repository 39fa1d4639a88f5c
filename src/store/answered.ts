import type { Sql } from '../db/types.ts';
import type { WriteResult } from './types.ts';

/**
 * A repeated key answers the first answer. The row is taken before anything is written, so that two equal requests at once do not
 * both write: the second waits for the first transaction and then sees its answer.
 */
export async function answerAgain(sql: Sql, actor: string, key: string): Promise<WriteResult[] | undefined> {
  const taken = await sql.query(
    `insert into answered (shard, actor, key, answer, at) values (0, $1, $2, '', now()) on conflict (actor, key) do nothing returning 1 as taken`,
    [actor, key],
  );
  if (taken.length > 0) return undefined;
  const [row] = await sql.query<{ answer: string }>(`select answer from answered where actor = $1 and key = $2`, [actor, key]);
  return JSON.parse(row!.answer) as WriteResult[];
}

export async function rememberAnswer(sql: Sql, actor: string, key: string, results: readonly WriteResult[], now: Date): Promise<void> {
  await sql.query(`update answered set answer = $3, at = $4 where actor = $1 and key = $2`, [actor, key, JSON.stringify(results), now.toISOString()]);
}
