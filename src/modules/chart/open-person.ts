import type { Patient } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { personGroup } from '../patients/index.ts';
import { parsed } from './find.ts';

/** The person, absent where the caller may not know of him, and the part of a search that means all his cards, merged ones too. */
export async function openPerson(ctx: Ctx, id: string): Promise<{ patient: Patient & { id: string }; of: string }> {
  const [stored, group] = await Promise.all([ctx.store.read('Patient', id), personGroup(ctx, id)]);
  return { patient: parsed<'Patient'>(stored), of: `patient=${group.map((each) => `Patient/${each}`).join(',')}` };
}
