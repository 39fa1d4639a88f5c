import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { CaseAnswer, ChangeBody, Choices } from './contract.ts';
import { stateCase, statedIn, withChoices } from './episode.ts';
import { lists } from './lists.ts';
import { loadCases, type LoadedCase } from './load-cases.ts';
import type { CaseParts } from './parts.ts';
import { mayChange, readCase } from './read-case.ts';
import { readCaseResource } from './stored.ts';

const listNames = {
  purpose: { ru: 'Цель', en: 'Purpose' }, payer: { ru: 'Оплата', en: 'Payer' }, course: { ru: 'Характер заболевания', en: 'Course' },
  outcome: { ru: 'Исход', en: 'Outcome' }, result: { ru: 'Результат', en: 'Result' },
} as const;

/** States or takes back lines of an open case. `version` is the one that was looked at; a newer one refuses. */
export async function changeCase(ctx: Ctx, parts: CaseParts, id: string, { version, choices }: ChangeBody, idempotencyKey?: string): Promise<CaseAnswer> {
  const { episode } = await loadForChange(ctx, id);
  if (episode.status === 'finished') throw new Problem('cases.closed');
  const [loaded] = await loadCases(ctx, [episode]);
  checkChoices(ctx, loaded!, choices);
  await inCaseWords(ctx.store.write([{ method: 'update', resource: stateCase(episode, withChoices(statedIn(episode), choices)), ifMatch: version }], idempotencyKey === undefined ? {} : { idempotencyKey }));
  return readCase(ctx, parts, id);
}

/** The case, where this caller's clinic keeps it. */
export async function loadForChange(ctx: Ctx, id: string): Promise<Awaited<ReturnType<typeof readCaseResource>>> {
  const found = await readCaseResource(ctx, id);
  if (!mayChange(ctx, found.episode)) throw new Problem('cases.other-clinic');
  return found;
}

/** Codes must stand in their lists, diagnoses at a visit of the case. */
export function checkChoices(ctx: Ctx, loaded: LoadedCase, choices: Choices): void {
  for (const name of ['purpose', 'payer', 'course', 'outcome', 'result'] as const) {
    const code = choices[name];
    if (code && !lists[name].some((one) => one.code === code)) throw new Problem('cases.unknown-choice', { list: listNames[name][ctx.language], code });
  }
  const written = new Set(loaded.facts.visits.flatMap((visit) => visit.diagnoses.map((one) => one.condition)));
  for (const condition of [choices.final, choices.preliminary]) if (condition && !written.has(condition)) throw new Problem('cases.unknown-diagnosis');
}

/** A version that is not the current one, said in this module's words. */
export async function inCaseWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem && error.code === 'store.stale') throw new Problem('cases.changed');
    throw error;
  }
}
