import type { Ctx } from '../../access/context.ts';
import type { CaseAnswer } from './contract.ts';
import { fillTalon } from './fill-talon.ts';
import { lists } from './lists.ts';
import { loadCases, type LoadedCase } from './load-cases.ts';
import type { CaseParts } from './parts.ts';
import { courseOf, daysOpen, diagnosesOf, missingToClose, visitsThatCount } from './rules.ts';
import { personOf, readAll, readCaseResource } from './stored.ts';
import { billsOf } from './tables.ts';

/** Everything that the page of a case shows, in one answer. */
export async function readCase(ctx: Ctx, parts: CaseParts, id: string): Promise<CaseAnswer> {
  const { episode } = await readCaseResource(ctx, id);
  const [loaded] = await loadCases(ctx, [episode]);
  const [bills, clinics] = await Promise.all([billsOf(ctx.sql, [id]), readAll(ctx, 'Organization', [episode.managingOrganization?.reference])]);
  return answerCase(ctx, parts, loaded!, { bill: bills.get(id), clinic: [...clinics.values()][0]?.name ?? '' });
}

/** A doctor of the clinic that keeps the case may change it; that the patient is his is what the store's access decides. */
export function mayChange(ctx: Ctx, episode: { managingOrganization?: { reference?: string } }): boolean {
  return ctx.actor.role === 'doctor' && ctx.actor.organization !== undefined && episode.managingOrganization?.reference === ctx.actor.organization;
}

function answerCase(ctx: Ctx, { zone }: CaseParts, loaded: LoadedCase, { bill, clinic }: { bill: { number: number; made: string } | undefined; clinic: string }): CaseAnswer {
  const { episode, facts, proposal } = loaded;
  const closed = episode.status === 'finished';
  const end = episode.period?.end;
  const mine = mayChange(ctx, episode);
  return {
    id: episode.id, version: loaded.version, state: closed ? 'closed' : 'open', patient: personOf(loaded.patient, loaded.person), organization: clinic, doctor: loaded.doctor,
    start: facts.start, ...(end ? { end } : {}), days: daysOpen(facts.start, closed && end ? new Date(end) : ctx.now),
    visits: visitsThatCount(facts.visits).map((visit) => {
      const service = loaded.services.find((one) => one.visit.id === visit.id)?.service;
      return { ...visit, ...(service ? { service } : {}) };
    }),
    diagnoses: diagnosesOf(facts).map((one) => {
      const proposedCourse = courseOf(one, facts.problems, facts.start);
      return { ...one, ...(proposedCourse ? { proposedCourse } : {}) };
    }),
    proposal, missing: closed ? [] : missingToClose(facts, proposal), talon: fillTalon(loaded, zone), lists,
    ...(bill ? { exported: bill } : {}),
    may: { change: mine && !closed, reopen: mine && closed && !bill },
  };
}
