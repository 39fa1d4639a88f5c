import type { Consent } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import { consentKinds, type ConsentAnswer, type ConsentInput } from './contract.ts';
import { consentTexts } from './texts.ts';

const kindSystem = 'urn:karta:consent-kind';
const withdrawnUrl = 'urn:karta:withdrawn';
const noteUrl = 'urn:karta:note';
type StoredConsent = Consent & { id: string };

/** Consents and refusals of a person, the newest first; withdrawn ones stay. */
export async function listConsents(ctx: Ctx, patient: string): Promise<ConsentAnswer[]> {
  const { matches } = await ctx.store.search('Consent', `patient=Patient/${patient}&_sort=-date&_count=200`);
  return matches.map((stored) => consentAnswer(JSON.parse(stored.content) as StoredConsent, ctx));
}

export async function recordConsent(ctx: Ctx, patient: string, input: ConsentInput, idempotencyKey: string | undefined): Promise<ConsentAnswer> {
  demandPast(ctx, input.date);
  const kind = consentTexts[input.kind];
  const performer = input.representative ? `RelatedPerson/${input.representative}` : `Patient/${patient}`;
  const [person] = await ctx.store.readMany([performer]);
  const display = person && (JSON.parse(person.content) as { name?: { text?: string }[] }).name?.[0]?.text;
  const consent: Consent = {
    resourceType: 'Consent',
    id: newId(shardOf(patient)),
    ...(input.note ? { extension: [{ url: noteUrl, valueString: input.note }] } : {}),
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: input.kind === 'data' || input.kind === 'disclosure' ? 'patient-privacy' : 'treatment' }], text: kind.ru },
    category: [{ coding: [{ system: kindSystem, code: input.kind }, { system: 'http://loinc.org', code: '59284-0', display: 'Consent Document' }], text: kind.ru }],
    patient: { reference: `Patient/${patient}` },
    dateTime: input.date,
    performer: [{ reference: performer, ...(display ? { display } : {}) }],
    ...(ctx.actor.organization ? { organization: [{ reference: ctx.actor.organization }] } : {}),
    policyRule: { text: kind.law },
    provision: { type: kind.refusal ? 'deny' : 'permit' },
  };
  const [written] = await ctx.store.write([{ method: 'create', resource: consent, keepId: true }], idempotencyKey === undefined ? {} : { idempotencyKey });
  return consentAnswer(JSON.parse(written!.content) as StoredConsent, ctx);
}

/** Refuses `patients.consent-withdrawn` where it is withdrawn already. */
export async function withdrawConsent(ctx: Ctx, patient: string, id: string, date: string, idempotencyKey: string | undefined): Promise<ConsentAnswer> {
  demandPast(ctx, date);
  const stored = await ctx.store.read('Consent', id);
  const consent = JSON.parse(stored.content) as StoredConsent;
  if (consent.patient?.reference !== `Patient/${patient}`) throw new Problem('store.not-found', { reference: `Consent/${id}` });
  if (consent.status !== 'active') throw new Problem('patients.consent-withdrawn');
  const resource: Consent = { ...consent, status: 'inactive', extension: [...(consent.extension ?? []), { url: withdrawnUrl, valueDate: date }] };
  const [written] = await ctx.store.write([{ method: 'update', resource, ifMatch: stored.version }], idempotencyKey === undefined ? {} : { idempotencyKey });
  return consentAnswer(JSON.parse(written!.content) as StoredConsent, ctx);
}

function demandPast(ctx: Ctx, date: string): void {
  if (date > new Date(ctx.now.getTime() + 12 * 3_600_000).toISOString().slice(0, 10)) throw new Problem('patients.date-to-come');
}

function consentAnswer(consent: StoredConsent, ctx: Ctx): ConsentAnswer {
  const text = consent.category?.[0]?.text ?? consent.scope?.text ?? '';
  const coded = consent.category?.[0]?.coding?.find(({ system }) => system === kindSystem)?.code;
  const kind = consentKinds.find((one) => one === coded || consentTexts[one].ru === text);
  return {
    id: consent.id,
    kind,
    text: kind && consentTexts[kind].ru === text ? consentTexts[kind][ctx.language] : text,
    law: consent.policyRule?.text,
    refusal: consent.provision?.type === 'deny',
    date: consent.dateTime,
    by: consent.performer?.[0]?.display,
    note: consent.extension?.find(({ url }) => url === noteUrl)?.valueString,
    withdrawn: consent.extension?.find(({ url }) => url === withdrawnUrl)?.valueDate ?? (consent.status === 'inactive' ? (consent.dateTime ?? '') : undefined),
  };
}
