import { openLaunch } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';

/** Opens an app from a card, with the visit that the caller has open with this patient, where there is one. */
export async function launchApp(ctx: Ctx, app: string, patient: string): Promise<{ url: string }> {
  const { matches } = await ctx.store.search('Encounter', `patient=Patient/${patient}&status=in-progress&participant=${ctx.actor.reference}&_sort=-date&_count=1`);
  return openLaunch(ctx, { client: app, patient, encounter: matches[0]?.id });
}
