import { asksTokens, opensAct } from '../store/index.ts';
import type { Access, Change } from '../store/types.ts';
import { accessOf } from './create-context.ts';
import type { Caller, Entrance } from './entrance.ts';

/**
 * The changes that a live stream may tell this caller of, in order. Type and patient decide at once where no label or token is asked for;
 * else the store is asked whether he may read the resource, so that not even the existence of a delayed document leaks.
 */
export async function visibleChanges(entrance: Entrance, caller: Caller, changes: readonly Change[]): Promise<Change[]> {
  const now = entrance.clock.now();
  const access = await accessOf(entrance, caller, now);
  const judged = changes.map((change) => ({ change, verdict: judge(access, change) })).filter(({ verdict }) => verdict !== 'hidden');
  const doubtful = judged.filter(({ verdict }) => verdict === 'ask').map(({ change }) => `${change.type}/${change.id}`);
  if (doubtful.length === 0) return judged.map(({ change }) => change);
  const readable = await entrance.store.readMany({ access, actor: caller.actor.reference, now }, [...new Set(doubtful)]);
  const known = new Set(readable.map((stored) => `${stored.type}/${stored.id}`));
  // What was deleted cannot be read any more; who could have seen it must hear that it went.
  return judged.filter(({ change, verdict }) => verdict === 'open' || change.outcome === 'deleted' || known.has(`${change.type}/${change.id}`)).map(({ change }) => change);
}

function judge(access: Access, change: Change): 'open' | 'ask' | 'hidden' {
  const patient = change.type === 'Patient' ? change.id : change.patient;
  const speaking = access.rules.filter(
    (rule) => opensAct(rule, 'read') && (rule.types === 'all' || rule.types.includes(change.type)) && (rule.patients === 'all' || (patient !== undefined && rule.patients.includes(patient))),
  );
  if (speaking.length === 0) return 'hidden';
  return speaking.some((rule) => !asksTokens(rule)) ? 'open' : 'ask';
}
