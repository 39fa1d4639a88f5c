import type { OperationOutcome, Parameters, ParametersParameter, Patient } from '@medplum/fhirtypes';
import { demandRole, type Ctx } from '../../access/index.ts';
import { Problem, type Language } from '../../kernel/problem.ts';
import { flag, givenTo, type Given, type Operation } from '../../rest/index.ts';
import { mergeCards, planMerge, unmergeCards } from './merge-cards.ts';

const words = {
  merged: { ru: 'Карты объединены. Записи остались там, где были сделаны; объединение можно отменить операцией $unmerge.', en: 'The cards are merged. Entries stay where they were made; $unmerge takes the merging back.' },
  preview: { ru: 'Карты можно объединить. Пока ничего не записано.', en: 'The cards can be merged. Nothing has been written.' },
  unmerged: { ru: 'Карты разъединены. Что записано, пока они были объединены, перечислено в written-since: решите, чьё это.', en: 'The cards are apart. What was written while they were merged is listed in written-since: decide whose it is.' },
} satisfies Record<string, Record<Language, string>>;

/**
 * `$merge` with the parameters that R5 gives it (http://hl7.org/fhir/R5/patient-operation-merge.html): source-patient is merged into target-patient.
 * Nothing is moved and nothing is rewritten but Patient.link, so that it can be undone.
 */
export const mergeOperation: Operation = {
  name: 'merge',
  level: 'type',
  types: ['Patient'],
  definition: 'http://hl7.org/fhir/OperationDefinition/Patient-merge',
  affectsState: true,
  async run(ctx, input) {
    demandRole(ctx, ['registrar', 'system']);
    const given = givenTo(input);
    if (given.resource('result-patient')) throw new Problem('patients.merge-result');
    const [source, target] = [await whom(ctx, given, 'source-patient'), await whom(ctx, given, 'target-patient')];
    if (flag(given, 'preview')) {
      const [planned] = await planMerge(ctx, target, source);
      return answer(ctx, given, 'preview', (planned?.resource ?? JSON.parse((await ctx.store.read('Patient', target)).content)) as Patient);
    }
    await mergeCards(ctx, target, source, input.idempotencyKey);
    return answer(ctx, given, 'merged', await read(ctx, target));
  },
};

/** Karta's own: takes a merging back and says what was written meanwhile. */
export const unmergeOperation: Operation = {
  name: 'unmerge',
  level: 'type',
  types: ['Patient'],
  definition: 'urn:karta:operation:Patient-unmerge',
  affectsState: true,
  async run(ctx, input) {
    demandRole(ctx, ['registrar', 'system']);
    const given = givenTo(input);
    const [source, target] = [await whom(ctx, given, 'source-patient'), await whom(ctx, given, 'target-patient')];
    const { since } = await unmergeCards(ctx, target, source, input.idempotencyKey);
    const written = since.map(({ type, id, card }): ParametersParameter => ({
      name: 'written-since',
      part: [{ name: 'entry', valueReference: { reference: `${type}/${id}` } }, { name: 'card', valueReference: { reference: `Patient/${card}` } }],
    }));
    return answer(ctx, given, 'unmerged', await read(ctx, target), written);
  },
};

async function read(ctx: Ctx, id: string): Promise<Patient> {
  return JSON.parse((await ctx.store.read('Patient', id)).content) as Patient;
}

/** The card that a reference or identifiers name. Refuses `patients.merge-whom`. */
async function whom(ctx: Ctx, given: Given, name: string): Promise<string> {
  const unclear = new Problem('patients.merge-whom', { name });
  // The body is not validated: anything may stand where the standard has a string.
  const reference: unknown = given.part(name)?.valueReference?.reference;
  if (reference !== undefined) {
    const id = typeof reference === 'string' ? /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(reference)?.[1] : undefined;
    if (id === undefined) throw unclear;
    return id;
  }
  const identifiers: unknown[] = given.all(`${name}-identifier`).map(({ valueIdentifier }) => valueIdentifier);
  if (identifiers.length === 0 || identifiers.length > 10) throw unclear;
  const query = identifiers.map((one) => `identifier=${encodeURIComponent(tokenOf(one) ?? refuse(unclear))}`);
  const { matches } = await ctx.store.search('Patient', [...query, '_count=2'].join('&'));
  if (matches.length !== 1) throw unclear;
  return matches[0]!.id;
}

function refuse(problem: Problem): never {
  throw problem;
}

function tokenOf(identifier: unknown): string | undefined {
  const { system = '', value } = (typeof identifier === 'object' && identifier !== null ? identifier : {}) as { system?: unknown; value?: unknown };
  if (typeof system !== 'string' || typeof value !== 'string' || value === '') return undefined;
  return [system, value].map((part) => part.replace(/[\\,|$]/g, '\\$&')).join('|');
}

function answer(ctx: Ctx, given: Given, word: keyof typeof words, result: Patient, more: ParametersParameter[] = []): Parameters {
  const outcome: OperationOutcome = { resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: words[word][ctx.language] } }] };
  const asked = ['source-patient', 'target-patient', 'source-patient-identifier', 'target-patient-identifier', 'preview'].flatMap((name) => given.all(name));
  const inputs: ParametersParameter[] = asked.length === 0 ? [] : [{ name: 'input', resource: { resourceType: 'Parameters', parameter: asked } }];
  return { resourceType: 'Parameters', parameter: [...inputs, { name: 'outcome', resource: outcome }, { name: 'result', resource: result }, ...more] };
}
