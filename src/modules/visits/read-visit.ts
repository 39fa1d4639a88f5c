import type { Encounter, Extension, Flag, MedicationRequest, Observation, Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { CurrentMedicine, Problem, Result, VisitAnswer } from './contract.ts';
import { readEarlier } from './earlier-visits.ts';
import { isReal, mnnOf, saysNone } from './find-warnings.ts';
import { openDraft } from './open-draft.ts';
import { fullName, personOf, shortName } from './people.ts';
import { missingBeforeSigning } from './rules.ts';
import { plainConflict, plainField } from './save-fields.ts';
import { signedDocumentOf } from './signed-document.ts';
import { findAll, readOne, readReference } from './stored.ts';
import { readConflicts, readFields } from './tables.ts';
import { vitalByCode } from './vitals.ts';

/** Everything that the page of a visit shows, in one answer. */
export async function readVisit(ctx: Ctx, id: string): Promise<VisitAnswer> {
  const { draft, encounter, questionnaire, template } = await openDraft(ctx, id);
  const of = `patient=Patient/${draft.patient}`;
  const [patient, doctor, episode, allergies, flags, problems, requests, observations, earlier, fields, conflicts, document] = await Promise.all([
    readOne(ctx, 'Patient', draft.patient),
    readReference(ctx, 'Practitioner', draft.doctor),
    readReference(ctx, 'EpisodeOfCare', encounter.episodeOfCare?.[0]?.reference),
    findAll(ctx, 'AllergyIntolerance', `${of}&_count=50`),
    findAll(ctx, 'Flag', `${of}&_count=50`),
    findAll(ctx, 'Condition', `${of}&clinical-status=active&category=problem-list-item&_count=100`),
    findAll(ctx, 'MedicationRequest', `${of}&status=active&_count=100`),
    findAll(ctx, 'Observation', `${of}&_sort=-date&_count=150`),
    readEarlier(ctx, draft, template),
    readFields(ctx.sql, draft.id),
    readConflicts(ctx.sql, draft.id),
    signedDocumentOf(ctx, draft),
  ]);
  const title = episode?.diagnosis?.[0]?.condition?.display ?? episode?.type?.[0]?.text ?? '';
  const { start, end } = encounter.period ?? {};
  const appointment = encounter.appointment?.[0]?.reference;
  const mine = ctx.actor.reference === draft.doctor;
  const doctorRole = ctx.actor.role === 'doctor' || ctx.actor.role === 'head';
  return {
    encounter: {
      id, status: encounter.status, start: start ?? draft.created, ...(end ? { end } : {}), ...(appointment ? { appointment } : {}), ...(episode ? { case: { id: episode.id, title } } : {}),
      doctor: { reference: draft.doctor, name: shortName(doctor?.name) }, organization: draft.organization,
    },
    patient: { ...bannerOf(patient), allergies: allergyFacts(allergies), alerts: flags.filter((flag) => flag.status === 'active').map(alertOf) },
    template: questionnaire,
    draft: {
      id: draft.id, version: draft.version, state: draft.state, ...(draft.replaces ? { replaces: draft.replaces } : {}), ...(document ? { document } : {}), changed: draft.changed,
      fields: fields.map(plainField), conflicts: conflicts.map(plainConflict), missing: missingBeforeSigning(template, fields, conflicts),
    },
    earlier,
    medicines: requests.map(asMedicine),
    problems: problems.map((problem): Problem => {
      const since = problem.onsetDateTime ?? problem.recordedDate;
      return { id: problem.id, code: problem.code?.coding?.[0]?.code ?? '', display: problem.code?.text ?? problem.code?.coding?.[0]?.display ?? '', ...(since ? { since } : {}), ...(problem.asserter?.display ? { by: problem.asserter.display } : {}) };
    }),
    results: resultsOf(observations, encounter),
    may: { editAll: doctorRole, sign: doctorRole && mine && draft.state === 'open', role: ctx.actor.role },
  };
}

function bannerOf(patient: Patient): Omit<VisitAnswer['patient'], 'allergies' | 'alerts'> {
  const snils = patient.identifier?.find((identifier) => identifier.system === 'urn:identity:snils:Patient')?.value;
  const district = patient.extension?.find((extension: Extension) => extension.url === 'urn:karta:district')?.valueString;
  return { ...personOf(patient), name: fullName(patient.name), ...(snils ? { snils } : {}), ...(district ? { district } : {}) };
}

/** «None known» is something that was asked; nothing recorded means that nobody asked. */
export function allergyFacts(allergies: Parameters<typeof isReal>[0][]): VisitAnswer['patient']['allergies'] {
  const real = allergies.filter(isReal);
  const items = real.map((allergy) => {
    const note = allergy.note?.[0]?.text ?? allergy.reaction?.[0]?.manifestation?.[0]?.text ?? allergy.reaction?.[0]?.description;
    return { text: allergy.code?.text ?? allergy.code?.coding?.[0]?.display ?? '', severe: allergy.criticality === 'high', ...(note ? { note } : {}) };
  });
  if (items.length > 0) return { state: 'known', items };
  return { state: allergies.some((allergy) => saysNone(allergy) && allergy.verificationStatus?.coding?.[0]?.code !== 'entered-in-error') ? 'none' : 'unasked', items: [] };
}

function alertOf(flag: Flag): string {
  return flag.code.text ?? flag.code.coding?.[0]?.display ?? '';
}

function asMedicine(request: MedicationRequest & { id: string }): CurrentMedicine {
  const code = mnnOf(request)[0];
  const concept = request.medicationCodeableConcept;
  return {
    id: request.id, ...(code ? { code } : {}), name: concept?.text ?? concept?.coding?.[0]?.display ?? '',
    dosage: request.dosageInstruction?.map((dosage) => dosage.text).filter(Boolean).join('; ') ?? '',
    ...(request.authoredOn ? { since: request.authoredOn } : {}), ...(request.requester?.display ? { by: request.requester.display } : {}),
  };
}

/** Series by code, the freshest first; values of this very visit stand on the sheet and not here. */
function resultsOf(observations: Observation[], encounter: Encounter & { id: string }): Result[] {
  const series = new Map<string, Result>();
  const add = (coding: Observation['code'], quantity: Observation['valueQuantity'], range: Observation['referenceRange'], at: string | undefined) => {
    const code = coding.coding?.[0]?.code;
    if (!code || quantity?.value === undefined || !at) return;
    const known = series.get(code) ?? {
      code, name: vitalByCode(code)?.name.ru ?? coding.text ?? coding.coding?.[0]?.display ?? code, unit: quantity.unit ?? quantity.code ?? '',
      ...(range?.[0]?.low?.value === undefined ? {} : { low: range[0].low.value }), ...(range?.[0]?.high?.value === undefined ? {} : { high: range[0].high.value }), values: [],
    };
    known.values.unshift({ at, value: quantity.value });
    series.set(code, known);
  };
  for (const observation of observations) {
    if (observation.status === 'entered-in-error' || observation.encounter?.reference === `Encounter/${encounter.id}`) continue;
    const at = observation.effectiveDateTime ?? observation.effectivePeriod?.start ?? observation.issued;
    add(observation.code, observation.valueQuantity, observation.referenceRange, at);
    for (const component of observation.component ?? []) add(component.code, component.valueQuantity, component.referenceRange, at);
  }
  return [...series.values()];
}
