import type { Resource } from '@medplum/fhirtypes';
import { Problem } from '../kernel/problem.ts';
import type { Operation } from '../rest/index.ts';
import type { Ctx } from '../access/context.ts';
import type { Definitions } from '../terminology/definitions.ts';
import { Arguments, terminologyOperations } from '../terminology/operations/index.ts';

/** The operations of the terminology floor as the FHIR API mounts them: one for each level. */
export function mountTerminology(definitions: Definitions): Operation[] {
  return terminologyOperations.flatMap(({ name, type, levels, definition, run }) =>
    levels.map((level): Operation => ({
      name,
      level,
      types: [type],
      definition,
      affectsState: false,
      run: (ctx, { id, query, resource }) => {
        demandReading(ctx, type);
        const read = async (of: string, one: string) => JSON.parse((await ctx.store.read(of, one)).content) as Resource;
        return run({ definitions, read, language: ctx.language, now: ctx.now }, new Arguments(query, bodyOf(resource)), id);
      },
    })),
  );
}

/** Definitions belong to no patient, but an access may leave them out: then it does not open them by another door. */
function demandReading({ scope }: Ctx, type: string): void {
  if (!scope.access.rules.some(({ types }) => types === 'all' || types.includes(type))) throw new Problem('terminology.not-allowed', { type });
}

/** A call without a body says everything in its address. */
function bodyOf(resource: () => Resource): Resource | undefined {
  try {
    return resource();
  } catch (error) {
    if (error instanceof Problem && error.code === 'rest.no-body') return undefined;
    throw error;
  }
}
