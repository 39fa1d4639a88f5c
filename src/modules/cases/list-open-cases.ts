import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { OpenCase, OpenCases } from './contract.ts';
import { loadCases, type LoadedCase } from './load-cases.ts';
import { daysOpen, diagnosesOf, missingToClose, visitsThatCount } from './rules.ts';
import { parsed, personOf } from './stored.ts';

const most = 500;
const openStates = 'status=active,onhold,planned';

/** Open cases: mine, or the clinic's; the longest open first. */
export async function listOpenCases(ctx: Ctx, scope: 'mine' | 'clinic'): Promise<OpenCases> {
  const { organization, reference } = ctx.actor;
  if (!organization) throw new Problem('cases.no-clinic');
  return list(ctx, scope === 'mine' ? `care-manager=${reference}&${openStates}` : `organization=${organization}&${openStates}`);
}

/** Open cases of one patient that this caller may see, the newest first. */
export async function listCasesOfPatient(ctx: Ctx, patient: string): Promise<OpenCases> {
  const found = await list(ctx, `patient=Patient/${patient}&${openStates}`);
  return { ...found, cases: found.cases.toReversed() };
}

async function list(ctx: Ctx, query: string): Promise<OpenCases> {
  const { matches, next } = await ctx.store.search('EpisodeOfCare', `${query}&_sort=date&_count=${most}`);
  const loaded = await loadCases(ctx, matches.map((stored) => parsed<'EpisodeOfCare'>(stored)));
  return { cases: loaded.map((one) => rowOf(ctx, one)).toSorted((a, b) => (a.start < b.start ? -1 : 1)), more: next !== undefined };
}

function rowOf(ctx: Ctx, loaded: LoadedCase): OpenCase {
  const { facts, proposal } = loaded;
  const visits = visitsThatCount(facts.visits);
  const last = visits.at(-1)?.start;
  // the desk sees that a case is open and for how long, not what it is about
  const clinical = ctx.actor.role !== 'registrar';
  const missing = missingToClose(facts, proposal);
  const diagnosis = diagnosesOf(facts).find((one) => one.condition === proposal.final?.value);
  return {
    id: loaded.episode.id, version: loaded.version, patient: personOf(loaded.patient, loaded.person), doctor: loaded.doctor, start: facts.start, days: daysOpen(facts.start, ctx.now), visits: visits.length, ...(last ? { lastVisit: last } : {}),
    ...(clinical && diagnosis ? { diagnosis: { code: diagnosis.code, text: diagnosis.text } } : {}),
    ...(clinical ? { missing } : {}),
    ready: clinical && missing.every((one) => one.what === 'outcome'),
  };
}
