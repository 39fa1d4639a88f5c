import type { Patient } from '@medplum/fhirtypes';
import { Problem } from '../../kernel/problem.ts';
import { validateResource } from '../../fhir/index.ts';
import { bundleText, flag, givenTo, wholeNumber, type Operation } from '../../rest/index.ts';
import { searchDoubles, type Double } from './find-doubles.ts';
import { identifierOf, systems } from './person.ts';
import { readTitlePage } from './title-page.ts';
import type { PartialPage } from './contract.ts';

const mostMatches = 50;

/**
 * http://hl7.org/fhir/R4/patient-operation-match.html by the rule that the desk is shown likely doubles by. Certain is who has the same СНИЛС or policy;
 * `onlyCertainMatches` answers nobody where there are two of them. Whom the caller may not see is not among the answers.
 */
export const matchPatient: Operation = {
  name: 'match',
  level: 'type',
  types: ['Patient'],
  definition: 'http://hl7.org/fhir/OperationDefinition/Patient-match',
  affectsState: true,
  async run(ctx, input) {
    const given = givenTo(input, 'resource');
    const resource = given.resource('resource');
    if (resource?.resourceType !== 'Patient') throw new Problem('patients.match-whom');
    const issues = validateResource(resource).filter(({ severity }) => severity === 'error');
    if (issues.length > 0) throw new Problem('store.invalid', {}, issues);
    const [certainOnly, count] = [flag(given, 'onlyCertainMatches'), wholeNumber(given, 'count', mostMatches) ?? mostMatches];
    const doubles = await searchDoubles(ctx, pageOf(resource), [], mostMatches);
    const seen = new Map((await ctx.store.readMany(doubles.map(({ patient }) => `Patient/${patient.id}`))).map((stored) => [stored.id, stored]));
    const visible = doubles.filter(({ patient }) => seen.has(patient.id));
    const certain = visible.filter(({ likeness }) => likeness.same);
    const chosen = certainOnly ? (certain.length === 1 ? certain : []) : visible.slice(0, count);
    const entries = chosen.map((double) => `{"fullUrl":"${input.url}/Patient/${double.patient.id}","resource":${seen.get(double.patient.id)!.content},"search":${JSON.stringify(searchOf(double))}}`);
    return { status: 200, body: bundleText('searchset', { total: chosen.length }, entries) };
  },
};

/** http://hl7.org/fhir/R4/extension-match-grade.html */
function searchOf({ likeness }: Double): object {
  const grade = likeness.same ? 'certain' : likeness.score >= 80 ? 'probable' : 'possible';
  return { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/match-grade', valueCode: grade }], mode: 'match', score: likeness.score / 100 };
}

/** The page that the desk would have typed. */
function pageOf(patient: Patient): PartialPage {
  const enp = identifierOf(patient, systems.enp);
  const page = readTitlePage(patient, [], []);
  return { ...page, ...(enp === undefined ? {} : { policy: { kind: 'enp', number: enp } }) };
}
