import type { Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import type { WriteOperation, WriteResult } from './types.ts';

/**
 * A repeated key answers the first answer. The row is taken before anything is written, so that two equal requests at once do not
 * both write: the second waits for the first transaction and then sees its answer. Refuses `store.key-reused` where the key was another
 * act's: its answer is none to this one.
 */
export async function answerAgain(sql: Sql, actor: string, key: string, operations: readonly WriteOperation[]): Promise<WriteResult[] | undefined> {
  const taken = await sql.query(
    `insert into answered (shard, actor, key, answer, at) values (0, $1, $2, '', now()) on conflict (actor, key) do nothing returning 1 as taken`,
    [actor, key],
  );
  if (taken.length > 0) return undefined;
  const [row] = await sql.query<{ answer: string }>(`select answer from answered where actor = $1 and key = $2`, [actor, key]);
  const answer = JSON.parse(row!.answer) as WriteResult[];
  if (answer.length !== operations.length || answer.some((result, at) => !isAnswerTo(result, operations[at]!))) throw new Problem('store.key-reused');
  return answer;
}

function isAnswerTo(result: WriteResult, operation: WriteOperation): boolean {
  if (operation.method === 'delete') return result.type === operation.type && (result.outcome === 'deleted' || result.outcome === 'unchanged');
  return result.type === operation.resource.resourceType && result.outcome !== 'deleted';
}

export async function rememberAnswer(sql: Sql, actor: string, key: string, results: readonly WriteResult[], now: Date): Promise<void> {
  await sql.query(`update answered set answer = $3, at = $4 where actor = $1 and key = $2`, [actor, key, JSON.stringify(results), now.toISOString()]);
}
