import type { Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { WriteOperation } from '../../store/types.ts';

/** Resources of a replaced document that the new version no longer says: entered in error, and still readable. */
export async function withdrawn(ctx: Ctx, references: readonly string[]): Promise<WriteOperation[]> {
  const stored = await ctx.store.readMany(references);
  return stored.flatMap((each): WriteOperation[] => {
    const resource = asError(JSON.parse(each.content) as Resource);
    return resource ? [{ method: 'update', resource, ifMatch: each.version }] : [];
  });
}

function asError(resource: Resource): Resource | undefined {
  switch (resource.resourceType) {
    case 'Condition': {
      // con-5: an error has no clinical status (http://hl7.org/fhir/R4/condition.html#invs)
      const { clinicalStatus: _, ...rest } = resource;
      return { ...rest, verificationStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'entered-in-error' }] } };
    }
    case 'Observation':
    case 'MedicationRequest':
    case 'ServiceRequest':
    case 'QuestionnaireResponse':
      return { ...resource, status: 'entered-in-error' };
    default:
      return undefined;
  }
}
