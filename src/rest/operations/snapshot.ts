import type { Resource, StructureDefinition } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { makeSnapshot as snapshotOf, NoSnapshot, standardDefinition } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Operation, OperationInput } from '../call.ts';
import { givenTo } from './parameters.ts';

/**
 * http://hl7.org/fhir/R4/operation-structuredefinition-snapshot.html: the definition that is given, stored here, or named by its canonical, with
 * the snapshot made of its base and its differential. Nothing is written: what is stored stays as it came.
 */
export const makeSnapshot: readonly Operation[] = (['type', 'instance'] as const).map((level) => ({ name: 'snapshot', level, types: ['StructureDefinition'], definition: 'http://hl7.org/fhir/OperationDefinition/StructureDefinition-snapshot', affectsState: false, run }));

async function run(ctx: Ctx, input: OperationInput): Promise<Resource> {
  const find = async (canonical: string) => standardDefinition(canonical) ?? (await ctx.store.profiles.find(canonical));
  const definition = await definitionOf(ctx, input, find);
  // a type has none but its own
  if (!definition.differential && definition.snapshot) return definition;
  try {
    return { ...definition, snapshot: { element: await snapshotOf(definition, find) } };
  } catch (error) {
    if (error instanceof NoSnapshot) throw new Problem('rest.no-snapshot', { missing: error.missing });
    throw error;
  }
}

async function definitionOf(ctx: Ctx, input: OperationInput, find: (canonical: string) => Promise<StructureDefinition | undefined>): Promise<StructureDefinition> {
  if (input.id !== undefined) return JSON.parse((await ctx.store.read('StructureDefinition', input.id)).content) as StructureDefinition;
  const given = givenTo(input, 'definition');
  const url = given.value('url');
  const resource = url === undefined ? (given.resource('definition') ?? input.resource()) : await find(url);
  if (!resource) throw new Problem('rest.no-snapshot', { missing: url!.slice(0, 200) });
  if (resource.resourceType !== 'StructureDefinition') throw new Problem('rest.type-mismatch', { expected: 'StructureDefinition', given: resource.resourceType.slice(0, 64) });
  return resource;
}
