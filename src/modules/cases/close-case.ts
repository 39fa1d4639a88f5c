import type { Condition, EpisodeOfCare, Provenance, QuestionnaireResponse } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { checkChoices, loadForChange } from './change-case.ts';
import type { CaseAnswer, ChangeBody } from './contract.ts';
import { stateCase, statedIn, withChoices } from './episode.ts';
import { fillTalon } from './fill-talon.ts';
import { loadCases, type LoadedCase } from './load-cases.ts';
import { missingWords } from './missing-words.ts';
import type { CaseParts } from './parts.ts';
import { readCase } from './read-case.ts';
import { diagnosesOf, missingToClose, proposeCase, type Proposal, type Stated } from './rules.ts';
import { readCaseResource } from './stored.ts';
import { putBill } from './tables.ts';

export const talonForm = 'urn:karta:form:025-1-u';
const activitySystem = 'urn:karta:case-activity';
const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';

/**
 * Closes the case: in one transaction the EpisodeOfCare is finished with what was stated and proposed, the talon is kept, chronic
 * diseases come to the list of problems, what has healed is resolved. A double click, or the same again later, answers the closed case.
 */
export async function closeCase(ctx: Ctx, parts: CaseParts, id: string, { version, choices }: ChangeBody, idempotencyKey?: string): Promise<CaseAnswer> {
  const { episode } = await loadForChange(ctx, id);
  if (episode.status === 'finished') return closedAlready(ctx, parts, id, episode, choices);
  const [loaded] = await loadCases(ctx, [episode]);
  checkChoices(ctx, loaded!, choices);
  const facts = { ...loaded!.facts, stated: withChoices(statedIn(episode), choices) };
  const proposal = proposeCase(facts);
  checkNothingMissing(ctx, { ...loaded!, facts, proposal });
  const stated = Object.fromEntries(Object.entries(proposal).map(([key, said]) => [key, said.value])) as Stated;
  try {
    await write(ctx, parts, { ...loaded!, facts, proposal }, stated, version, idempotencyKey);
  } catch (error) {
    if (!(error instanceof Problem && (error.code === 'store.stale' || error.code === 'store.key-reused'))) throw error;
    // the other click of a double click was faster, or someone changed the case meanwhile
    const { episode: now } = await readCaseResource(ctx, id);
    if (now.status === 'finished') return closedAlready(ctx, parts, id, now, choices);
    throw new Problem('cases.changed');
  }
  return readCase(ctx, parts, id);
}

/** Closed in the same way is what was asked for; closed in another way must not look like it. */
async function closedAlready(ctx: Ctx, parts: CaseParts, id: string, episode: EpisodeOfCare, choices: ChangeBody['choices']): Promise<CaseAnswer> {
  const stands = statedIn(episode);
  const differs = Object.entries(choices).some(([key, value]) => value && stands[key as keyof Stated] !== value);
  if (differs) throw new Problem('cases.closed');
  return readCase(ctx, parts, id);
}

function checkNothingMissing(ctx: Ctx, { facts, proposal }: { facts: LoadedCase['facts']; proposal: Proposal }): void {
  const missing = missingToClose(facts, proposal);
  if (missing.length === 0) return;
  const words = missing.map((one) => missingWords[one.what][ctx.language]);
  throw new Problem('cases.missing', { missing: words.join(', ') }, missing.map((one, index) => ({ severity: 'error', code: 'required', expression: one.visit ? `Encounter/${one.visit}` : one.what, diagnostics: words[index]! })));
}

async function write(ctx: Ctx, parts: CaseParts, loaded: LoadedCase, stated: Stated, version: number, idempotencyKey: string | undefined): Promise<void> {
  const { episode } = loaded;
  const shard = shardOf(loaded.patient);
  const now = ctx.now.toISOString();
  const talon = newId(shard, ctx.now.getTime());
  const final = diagnosesOf(loaded.facts).find((one) => one.condition === stated.final);
  const concomitant = diagnosesOf(loaded.facts).filter((one) => one.role === 'concomitant' && one.condition !== stated.final && one.code !== final?.code).map((one) => one.condition);
  const said = stateCase(episode, stated, { concomitant, talon: `QuestionnaireResponse/${talon}` });
  const closed: EpisodeOfCare & { id: string } = {
    ...said, status: 'finished', period: { ...episode.period, end: now },
    statusHistory: [...(episode.statusHistory ?? []), { status: 'active', period: { start: episode.statusHistory?.at(-1)?.period.end ?? episode.period?.start ?? now, end: now } }],
  };
  const conditions = await changedConditions(ctx, loaded, stated, shard);
  const provenance: Provenance & { id: string } = {
    resourceType: 'Provenance', id: newId(shard, ctx.now.getTime()), recorded: now,
    target: [`EpisodeOfCare/${episode.id}`, `QuestionnaireResponse/${talon}`, ...conditions.map((one) => `Condition/${one.id}`), `Patient/${loaded.patient}`].map((reference) => ({ reference })),
    activity: { coding: [{ system: activitySystem, code: 'close', display: 'Случай закрыт' }] },
    agent: [{ type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] }, who: { reference: ctx.actor.reference }, onBehalfOf: { reference: ctx.actor.organization! } }],
  };
  const operations: WriteOperation[] = [
    { method: 'update', resource: closed, ifMatch: version },
    { method: 'create', resource: talonOf(ctx, parts, { ...loaded, episode: closed }, talon), keepId: true },
    ...conditions.map((resource): WriteOperation => (resource.meta?.versionId ? { method: 'update', resource, ifMatch: Number(resource.meta.versionId) } : { method: 'create', resource, keepId: true })),
    { method: 'create', resource: provenance, keepId: true },
  ];
  await ctx.store.write(operations, {
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    alongside: (sql) => putBill(sql, { episode: episode.id, shard, organization: episode.managingOrganization?.reference ?? '', version: version + 1 }),
  });
}

/** The talon is a filled form: QuestionnaireResponse by the numbers of form 025-1/у (http://hl7.org/fhir/R4/questionnaireresponse.html). */
function talonOf(ctx: Ctx, { zone }: CaseParts, loaded: LoadedCase, id: string): QuestionnaireResponse & { id: string } {
  return {
    resourceType: 'QuestionnaireResponse', id, status: 'completed', questionnaire: talonForm, subject: { reference: `Patient/${loaded.patient}` },
    authored: ctx.now.toISOString(), author: { reference: ctx.actor.reference, display: ctx.actor.name },
    extension: [{ url: 'urn:karta:case', valueReference: { reference: `EpisodeOfCare/${loaded.episode.id}` } }],
    item: fillTalon(loaded, zone).filter((line) => line.values.length > 0).map((line) => ({ linkId: line.number, text: line.label, answer: line.values.map((valueString) => ({ valueString })) })),
  };
}

/** What closing changes in the list of problems: chronic comes to it and is confirmed, acute and healed is resolved. */
async function changedConditions(ctx: Ctx, loaded: LoadedCase, stated: Stated, shard: number): Promise<(Condition & { id: string })[]> {
  const final = loaded.facts.visits.flatMap((visit) => visit.diagnoses).find((one) => one.condition === stated.final);
  if (!final || !stated.course) return [];
  const [stored] = await ctx.store.readMany([`Condition/${final.condition}`]);
  if (!stored) return [];
  const condition = JSON.parse(stored.content) as Condition & { id: string };
  const status = (code: string) => ({ coding: [{ system: clinical, code }] });
  const isListed = (one: Condition) => one.category?.some((category) => category.coding?.some((coding) => coding.code === 'problem-list-item')) ?? false;
  const confirmed = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'confirmed' }] };
  const listed = isListed(condition) ? condition : loaded.problems.find((problem) => problem.code?.coding?.[0]?.code === final.code && problem.clinicalStatus?.coding?.[0]?.code !== 'resolved');
  if (stated.course === 'acute') {
    const healed = stated.outcome === '301' && !isListed(condition) && condition.clinicalStatus?.coding?.[0]?.code === 'active';
    return healed ? [{ ...condition, clinicalStatus: status('resolved'), abatementDateTime: ctx.now.toISOString() }] : [];
  }
  const wanted = stated.outcome === '302' ? 'remission' : 'active';
  if (listed) {
    const stands = listed.clinicalStatus?.coding?.[0]?.code === wanted && listed.verificationStatus?.coding?.[0]?.code === 'confirmed';
    return stands ? [] : [{ ...listed, clinicalStatus: status(wanted), verificationStatus: confirmed }];
  }
  const { meta: _, abatementDateTime: __, ...rest } = condition;
  return [{
    ...rest, id: newId(shard, ctx.now.getTime()), clinicalStatus: status(wanted), verificationStatus: confirmed, category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }] }],
    recordedDate: ctx.now.toISOString(), recorder: { reference: ctx.actor.reference, display: ctx.actor.name },
  }];
}
