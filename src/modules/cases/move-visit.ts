import type { Encounter, EpisodeOfCare } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import type { Change } from '../../store/types.ts';
import { urls } from './episode.ts';
import { idOf, parsed } from './stored.ts';

const begun = /^(planned|arrived|triaged|in-progress|onleave)$/;

/**
 * A visit that began in the very moment in which its case was closed belongs to a new case: the closed one, its talon and its account stay
 * as they were. Done once, however often it is told; a visit of an open case stays where it is.
 */
export async function moveVisit(ctx: Ctx, change: Change): Promise<void> {
  const [stored] = await ctx.store.readMany([`Encounter/${change.id}`]);
  const encounter = stored && parsed<'Encounter'>(stored);
  const reference = encounter?.episodeOfCare?.[0]?.reference;
  if (!encounter || !reference || !begun.test(encounter.status)) return;
  const [found] = await ctx.store.readMany([reference]);
  const closed = found && parsed<'EpisodeOfCare'>(found);
  if (closed?.status !== 'finished' || !closed.extension?.some((one) => one.url === urls.talon)) return;
  const episode: EpisodeOfCare & { id: string } = {
    resourceType: 'EpisodeOfCare', id: newId(shardOf(idOf(closed.patient.reference ?? '')), ctx.now.getTime()), status: 'active', patient: closed.patient,
    ...(closed.managingOrganization ? { managingOrganization: closed.managingOrganization } : {}), ...(closed.careManager ? { careManager: closed.careManager } : {}),
    period: { start: encounter.period?.start ?? ctx.now.toISOString() },
  };
  const moved: Encounter & { id: string } = { ...encounter, episodeOfCare: [{ reference: `EpisodeOfCare/${episode.id}` }] };
  await ctx.store.write([{ method: 'create', resource: episode, keepId: true }, { method: 'update', resource: moved, ifMatch: stored.version }]);
}
