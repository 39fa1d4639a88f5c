import { randomUUID } from 'node:crypto';
import type { Appointment, Encounter, EpisodeOfCare, PractitionerRole } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { chooseTemplate } from './list-templates.ts';
import { populateDraft } from './populate-draft.ts';
import { findAll, idOf, readOne, readReference } from './stored.ts';
import { draftOfAppointment, insertDraft, openDraftOfWalkIn, type Draft } from './tables.ts';

interface Place {
  patient: string;
  /** Practitioner/… */
  doctor: string;
  role: (PractitionerRole & { id: string }) | undefined;
  organization: string;
}

/**
 * Starts the visit of a booking, or of a patient who came without one: the Encounter, its case, its draft. A booking starts one
 * visit: whoever starts it again, at once or later, gets the same.
 */
export async function startVisit(ctx: Ctx, input: { appointment: string } | { patient: string }): Promise<{ encounter: string }> {
  const appointment = 'appointment' in input ? await readOne(ctx, 'Appointment', input.appointment) : undefined;
  const place = appointment ? await placeOfBooking(ctx, appointment) : await placeOfWalkIn(ctx, (input as { patient: string }).patient);
  const begun = () => (appointment ? draftOfAppointment(ctx.sql, appointment.id) : openDraftOfWalkIn(ctx.sql, place.patient, place.doctor));
  const known = await begun();
  if (known) return { encounter: known.encounter };
  if (appointment && /^(cancelled|noshow|entered-in-error)$/.test(appointment.status)) throw new Problem('visits.booking-over');
  try {
    return await begin(ctx, place, appointment);
  } catch (error) {
    // another window was faster by a moment: its visit is the one
    const faster = error instanceof BegunMeanwhile || (error instanceof Problem && error.code === 'store.stale') ? await begun() : undefined;
    if (!faster) throw error;
    return { encounter: faster.encounter };
  }
}

class BegunMeanwhile extends Error {}

async function begin(ctx: Ctx, place: Place, appointment: (Appointment & { id: string }) | undefined): Promise<{ encounter: string }> {
  // the case and the booking are not the nurse's to write, yet her start of the visit causes them
  const system = ctx.asSystem();
  const template = await chooseTemplate(ctx, place.role);
  const shard = shardOf(place.patient);
  // begun elsewhere, over the API, without a draft: that visit goes on
  const elsewhere = appointment ? (await findAll(system, 'Encounter', `appointment=Appointment/${appointment.id}&status=in-progress&_count=1`))[0] : undefined;
  const id = elsewhere?.id ?? newId(shard, ctx.now.getTime());
  const episode = await caseFor(system, place, shard, ctx.now);
  const encounter: Encounter = elsewhere ?? {
    resourceType: 'Encounter',
    id,
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'амбулаторно' },
    subject: { reference: `Patient/${place.patient}` },
    participant: [{ type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'PPRF' }] }], individual: { reference: place.doctor } }],
    period: { start: ctx.now.toISOString() },
    serviceProvider: { reference: place.organization },
    episodeOfCare: [{ reference: `EpisodeOfCare/${episode.resource.id}` }],
    ...(appointment ? { appointment: [{ reference: `Appointment/${appointment.id}` }] } : {}),
  };
  const draft: Omit<Draft, 'state' | 'version' | 'document' | 'changed' | 'created'> = {
    id: randomUUID(), shard, encounter: id, appointment: appointment?.id ?? null, patient: place.patient, organization: place.organization, doctor: place.doctor,
    template: template.id, templateVersion: template.version, replaces: null,
  };
  const operations: WriteOperation[] = [
    ...(elsewhere ? [] : [...(episode.isNew ? [{ method: 'create', resource: episode.resource, keepId: true } as const] : []), { method: 'create', resource: encounter, keepId: true } as const]),
    ...(appointment?.status === 'booked' || appointment?.status === 'pending' ? [{ method: 'update', resource: { ...appointment, status: 'arrived' }, ifMatch: Number(appointment.meta?.versionId) } as const] : []),
  ];
  await system.store.write(operations, {
    alongside: async (sql) => {
      if (!(await insertDraft(sql, { ...draft, now: ctx.now }))) throw new BegunMeanwhile();
    },
  });
  await populateDraft(ctx, draft.id, template.questionnaire, { encounter: { ...encounter, id }, patient: place.patient });
  return { encounter: id };
}

async function placeOfBooking(ctx: Ctx, appointment: Appointment): Promise<Place> {
  const references = appointment.participant.flatMap((each) => each.actor?.reference ?? []);
  const of = (type: string) => references.find((reference) => reference.startsWith(`${type}/`));
  const role = await readReference(ctx, 'PractitionerRole', of('PractitionerRole'));
  const doctor = role?.practitioner?.reference ?? of('Practitioner');
  const patient = of('Patient');
  if (!doctor || !patient) throw new Problem('visits.no-doctor');
  const organization = role?.organization?.reference ?? ctx.actor.organization;
  if (!organization || organization !== ctx.actor.organization) throw new Problem('visits.other-clinic');
  return { patient: idOf(patient), doctor, role, organization };
}

/** Without a booking the one who starts is the doctor. */
async function placeOfWalkIn(ctx: Ctx, patient: string): Promise<Place> {
  await ctx.store.read('Patient', patient);
  if (ctx.actor.role === 'nurse' || !ctx.actor.organization) throw new Problem('visits.no-doctor');
  return { patient, doctor: ctx.actor.reference, role: await readReference(ctx, 'PractitionerRole', ctx.actor.practitionerRole), organization: ctx.actor.organization };
}

/** The open case that this doctor leads for the patient, else a new one; the reason comes with the first signed diagnosis. */
async function caseFor(system: Ctx, place: Place, shard: number, now: Date): Promise<{ resource: EpisodeOfCare & { id: string }; isNew: boolean }> {
  const open = await findAll(system, 'EpisodeOfCare', `patient=Patient/${place.patient}&status=active&care-manager=${place.doctor}&organization=${place.organization}&_sort=-date&_count=1`);
  if (open[0]) return { resource: open[0], isNew: false };
  return {
    isNew: true,
    resource: {
      resourceType: 'EpisodeOfCare', id: newId(shard, now.getTime()), status: 'active', patient: { reference: `Patient/${place.patient}` },
      managingOrganization: { reference: place.organization }, careManager: { reference: place.doctor }, period: { start: now.toISOString() },
    },
  };
}
