import { launchableApps, ownApps, readClients, scopeLines, splitScope } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import type { AllowedApp, AppLine, LaunchableApp } from './contract.ts';

/** All registered apps, for the administrator; nothing of a secret. */
export async function listApps(ctx: Ctx): Promise<AppLine[]> {
  const clients = await readClients(ctx);
  return clients.map(({ id, name, about, kind, method, scopes, redirectUris, launchUri, disabled, created }) => ({
    id, name, kind, method, scopes, redirectUris, ended: disabled, created, ...(about !== undefined && { about }), ...(launchUri !== undefined && { launchUri }),
  }));
}

/** Apps that open from a card. */
export async function listLaunchable(ctx: Ctx): Promise<LaunchableApp[]> {
  return (await launchableApps(ctx)).map(({ id, name, about }) => ({ id, name, ...(about !== undefined && { about }) }));
}

/** Apps that the caller has let in, and what they may do, in plain words. */
export async function listOwn(ctx: Ctx): Promise<AllowedApp[]> {
  return (await ownApps(ctx)).map(({ id, name, since, scope }) => ({ id, name, since, lines: scopeLines(splitScope(scope), ctx.language) }));
}
