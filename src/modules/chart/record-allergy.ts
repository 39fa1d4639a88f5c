import type { AllergyIntolerance } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { allergyFacts, noKnownAllergy, noneEntries, realAllergies } from './allergy-facts.ts';
import type { Allergies, AllergyBody } from './contract.ts';
import { find, parsed, staffNames } from './find.ts';

const clinicalSystem = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const verificationSystem = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
const concept = (system: string, code: string) => ({ coding: [{ system, code }] });

/** Writes an allergy, or «none, as the patient says». A known allergy ends an earlier «none»; «none» beside known ones is refused. */
export async function recordAllergy(ctx: Ctx, patient: string, body: AllergyBody, idempotencyKey: string | undefined): Promise<Allergies> {
  await ctx.store.read('Patient', patient);
  const known = await find(ctx, 'AllergyIntolerance', `patient=Patient/${patient}&_count=100`);
  const none = noneEntries(known);
  const operations: WriteOperation[] = [];
  if (body.kind === 'none') {
    if (realAllergies(known).length > 0) throw new Problem('chart.allergy-known');
    for (const last of none) operations.push({ method: 'update', resource: ended(last), ifMatch: Number(last.meta?.versionId) });
  } else {
    if (realAllergies(known).some((each) => isSame(each, body))) throw new Problem('chart.allergy-double');
    for (const last of none) operations.push({ method: 'update', resource: ended(last), ifMatch: Number(last.meta?.versionId) });
  }
  operations.push({ method: 'create', resource: await allergyOf(ctx, patient, body) });
  await ctx.store.write(operations, idempotencyKey === undefined ? {} : { idempotencyKey });
  return allergyFacts(await find(ctx, 'AllergyIntolerance', `patient=Patient/${patient}&_count=100`));
}

/** Takes back what was recorded by mistake: it stays in the history and is no longer shown. */
export async function removeAllergy(ctx: Ctx, patient: string, id: string): Promise<Allergies> {
  const stored = await ctx.store.read('AllergyIntolerance', id);
  const { clinicalStatus: _, ...allergy } = parsed<'AllergyIntolerance'>(stored);
  if (allergy.patient.reference !== `Patient/${patient}`) throw new Problem('store.not-found', { type: 'AllergyIntolerance', id });
  // ait-2: what was entered in error has no clinical status.
  await ctx.store.write([{ method: 'update', resource: { ...allergy, verificationStatus: concept(verificationSystem, 'entered-in-error') }, ifMatch: stored.version }]);
  return allergyFacts(await find(ctx, 'AllergyIntolerance', `patient=Patient/${patient}&_count=100`));
}

const ended = (allergy: AllergyIntolerance): AllergyIntolerance => ({ ...allergy, clinicalStatus: concept(clinicalSystem, 'inactive') });

function isSame(allergy: AllergyIntolerance, body: Extract<AllergyBody, { kind: 'known' }>): boolean {
  if (body.coding) return (allergy.code?.coding ?? []).some(({ system, code }) => system === body.coding!.system && code === body.coding!.code);
  return (allergy.code?.text ?? '').trim().toLowerCase() === body.text.toLowerCase();
}

async function allergyOf(ctx: Ctx, patient: string, body: AllergyBody): Promise<AllergyIntolerance> {
  const name = (await staffNames(ctx, [ctx.actor.reference])).get(ctx.actor.reference) ?? ctx.actor.name;
  const common = {
    resourceType: 'AllergyIntolerance' as const, patient: { reference: `Patient/${patient}` }, recordedDate: ctx.now.toISOString(), recorder: { reference: ctx.actor.reference, display: name },
    asserter: { reference: `Patient/${patient}` }, clinicalStatus: concept(clinicalSystem, 'active'), verificationStatus: concept(verificationSystem, body.kind === 'none' ? 'unconfirmed' : 'confirmed'),
  };
  if (body.kind === 'none') return { ...common, code: { coding: [{ system: 'http://snomed.info/sct', code: noKnownAllergy, display: 'No known allergy' }], text: 'Аллергии нет — со слов' } };
  return {
    ...common, type: 'allergy', ...(body.coding ? { category: ['medication'] } : {}), criticality: body.severe ? 'high' : 'low',
    code: { ...(body.coding ? { coding: [{ ...body.coding, display: body.text }] } : {}), text: body.text },
    ...(body.since ? { onsetDateTime: body.since } : {}),
    ...(body.reaction ? { reaction: [{ manifestation: [{ text: body.reaction }], severity: body.severe ? 'severe' : 'moderate' }] } : {}),
  };
}
