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
  return readAnswer(row!.answer, operations);
}

function readAnswer(text: string, operations: readonly WriteOperation[]): WriteResult[] {
  const answer = JSON.parse(text) as WriteResult[];
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

/** A request under a key. */
export interface Keyed {
  actor: string;
  key: string;
  operations: readonly WriteOperation[];
}

/** The answers that are there already, to several requests at once; each is the first answer or the refusal of a reused key. */
export async function answersTo<One extends Keyed>(sql: Sql, requests: readonly One[]): Promise<Map<One, WriteResult[] | Problem>> {
  const rows = await sql.query<{ actor: string; key: string; answer: string }>(`select actor, key, answer from answered where (actor, key) in (select * from unnest($1::text[], $2::text[]))`, [
    requests.map(({ actor }) => actor),
    requests.map(({ key }) => key),
  ]);
  const answers = new Map<One, WriteResult[] | Problem>();
  for (const request of requests) {
    const row = rows.find(({ actor, key }) => actor === request.actor && key === request.key);
    if (!row) continue;
    try {
      answers.set(request, readAnswer(row.answer, request.operations));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      answers.set(request, error);
    }
  }
  return answers;
}

/**
 * Keeps first answers. False where another transaction was first with one of the keys: its commit was waited for, and this transaction
 * must be taken back.
 */
export async function keepAnswers(sql: Sql, answers: readonly (Keyed & { results: readonly WriteResult[] })[], now: Date): Promise<boolean> {
  const kept = await sql.query(
    `insert into answered (shard, actor, key, answer, at) select 0, actor, key, answer, $4::timestamptz from unnest($1::text[], $2::text[], $3::text[]) as a(actor, key, answer) order by actor, key
     on conflict (actor, key) do nothing returning 1 as kept`,
    [answers.map(({ actor }) => actor), answers.map(({ key }) => key), answers.map(({ results }) => JSON.stringify(results)), now.toISOString()],
  );
  return kept.length === answers.length;
}
