import type { Condition, Encounter, PractitionerRole } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { statedIn } from './episode.ts';
import { serviceOf, type Service } from './lists.ts';
import { proposeCase, visitsThatCount, type CaseFacts, type Course, type DiagnosisFact, type Proposal, type VisitFact } from './rules.ts';
import { findFor, fullName, idOf, readAll, shortName, type Of } from './stored.ts';

/** A case with everything that its rules, its talon and its account look at. */
export interface LoadedCase {
  episode: Of<'EpisodeOfCare'>;
  version: number;
  /** id */
  patient: string;
  person: Of<'Patient'> | undefined;
  doctor: { reference: string; name: string };
  facts: CaseFacts;
  proposal: Proposal;
  coverage: Of<'Coverage'> | undefined;
  problems: readonly Of<'Condition'>[];
  /** Services of the visits that count, in their order. */
  services: readonly { visit: VisitFact; service: Service | undefined; speciality: { code: string; name: string } | undefined; doctor: { full: string; post: string } }[];
}

const ended = /^(finished|cancelled|entered-in-error|unknown)$/;
const roleOrder = ['main', 'complication', 'concomitant'] as const;

/** Cases with their visits, diagnoses, problems and policies, as far as this caller reads them; batched, for one case as for a thousand. */
export async function loadCases(ctx: Ctx, episodes: readonly Of<'EpisodeOfCare'>[]): Promise<LoadedCase[]> {
  const references = episodes.map((episode) => `EpisodeOfCare/${episode.id}`);
  const patients = episodes.map((episode) => episode.patient.reference ?? '').filter(Boolean);
  const [encounters, problems, coverages, people] = await Promise.all([
    findFor(ctx, 'Encounter', 'episode-of-care', references),
    findFor(ctx, 'Condition', 'patient', patients, '&category=problem-list-item'),
    findFor(ctx, 'Coverage', 'beneficiary', patients, '&status=active'),
    readAll(ctx, 'Patient', patients),
  ]);
  const doctorsOf = (encounter: Encounter) => encounter.participant?.map((one) => one.individual?.reference).find((reference) => reference?.startsWith('Practitioner/'));
  const doctors = [...encounters.map(doctorsOf), ...episodes.map((episode) => episode.careManager?.reference)].filter((one) => one !== undefined);
  const [conditions, practitioners, roles, referrals] = await Promise.all([
    readAll(ctx, 'Condition', encounters.flatMap((encounter) => encounter.diagnosis?.map((one) => one.condition.reference) ?? [])),
    readAll(ctx, 'Practitioner', doctors),
    findFor(ctx, 'PractitionerRole', 'practitioner', doctors),
    findFor(ctx, 'ServiceRequest', 'encounter', encounters.map((encounter) => `Encounter/${encounter.id}`), '&category=32485007'),
  ]);
  const byCase = grouped(encounters, (encounter) => encounter.episodeOfCare?.map((one) => one.reference ?? '') ?? []);
  const byPatient = grouped(problems, (problem) => [problem.subject.reference ?? '']);
  const covered = grouped(coverages, (coverage) => [coverage.beneficiary.reference ?? '']);
  return episodes.map((episode): LoadedCase => {
    const own = byCase.get(`EpisodeOfCare/${episode.id}`) ?? [];
    const listed = (byPatient.get(episode.patient.reference ?? '') ?? []).filter((problem) => problem.verificationStatus?.coding?.[0]?.code !== 'entered-in-error');
    const visits = own.map((encounter) => visitOf(encounter, conditions, nameOf(doctorsOf(encounter))));
    const coverage = (covered.get(episode.patient.reference ?? '') ?? []).find((one) => one.subscriberId || one.identifier?.length);
    const facts: CaseFacts = {
      start: episode.period?.start ?? own[0]?.period?.start ?? '', visits, stated: statedIn(episode), insured: coverage !== undefined,
      toHospital: referrals.some((referral) => referral.status !== 'entered-in-error' && own.some((encounter) => referral.encounter?.reference === `Encounter/${encounter.id}`)),
      problems: listed.map((problem) => {
        const since = problem.onsetDateTime ?? problem.recordedDate;
        return { condition: problem.id, code: problem.code?.coding?.[0]?.code ?? '', ...(since ? { since } : {}) };
      }),
    };
    const proposal = proposeCase(facts);
    return {
      episode, version: Number(episode.meta?.versionId), patient: idOf(episode.patient.reference ?? ''), person: people.get(episode.patient.reference ?? ''), doctor: nameOf(episode.careManager?.reference), facts, proposal, coverage, problems: listed,
      services: visitsThatCount(visits).map((visit, place) => {
        const role = roleOf(roles, visit.doctor.reference, episode.managingOrganization?.reference);
        const [speciality, post] = [codingOf(role?.specialty, '11.1066'), codingOf(role?.code, '11.1002')];
        return { visit, service: serviceOf(speciality?.code, post?.code, proposal.purpose?.value, place), speciality, doctor: { full: fullName(practitioners.get(visit.doctor.reference)?.name), post: post?.name ?? role?.code?.[0]?.text ?? '' } };
      }),
    };
  });

  function nameOf(reference: string | undefined): { reference: string; name: string } {
    return { reference: reference ?? '', name: shortName(practitioners.get(reference ?? '')?.name) };
  }
}

function grouped<T>(all: readonly T[], keys: (one: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) for (const key of keys(one)) groups.set(key, [...(groups.get(key) ?? []), one]);
  return groups;
}

function visitOf(encounter: Of<'Encounter'>, conditions: ReadonlyMap<string, Of<'Condition'>>, doctor: { reference: string; name: string }): VisitFact {
  const diagnoses = (encounter.diagnosis ?? []).flatMap((one, index): DiagnosisFact[] => {
    const condition = conditions.get(one.condition.reference ?? '');
    const code = condition?.code?.coding?.[0]?.code;
    if (!condition || !code) return [];
    const said = one.use?.coding?.[0]?.code ?? valueCode(condition, 'urn:karta:diagnosis-role');
    const course = valueCode(condition, 'urn:karta:course') as Course | undefined;
    const role = roleOrder.find((each) => each === said) ?? (index === 0 ? 'main' : 'concomitant');
    return [{ condition: condition.id, code, text: condition.code?.text ?? condition.code?.coding?.[0]?.display ?? '', role, confirmed: condition.verificationStatus?.coding?.[0]?.code === 'confirmed', ...(course ? { course } : {}) }];
  });
  const { start = '', end } = encounter.period ?? {};
  const state = encounter.status === 'finished' ? 'finished' : ended.test(encounter.status) ? 'void' : 'open';
  return { id: encounter.id, start, ...(end ? { end } : {}), state, doctor, diagnoses };
}

const valueCode = (condition: Condition, url: string): string | undefined => condition.extension?.find((extension) => extension.url === url)?.valueCode;

/** The doctor's post at this clinic, else any of his. */
function roleOf(roles: readonly Of<'PractitionerRole'>[], doctor: string, organization: string | undefined): PractitionerRole | undefined {
  const own = roles.filter((role) => role.practitioner?.reference === doctor);
  return own.find((role) => role.organization?.reference === organization) ?? own[0];
}

function codingOf(concepts: PractitionerRole['code'], dictionary: string): { code: string; name: string } | undefined {
  const coding = concepts?.flatMap((concept) => concept.coding ?? []).find((one) => one.system?.endsWith(dictionary));
  return coding?.code ? { code: coding.code, name: coding.display ?? coding.code } : undefined;
}
