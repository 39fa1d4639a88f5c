import { endClient, registerClient, renewSecret, withdrawApp, type NewClient } from '../../access/index.ts';
import { route, type Route } from '../module.ts';
import { appBody, appParams, launchBody, type NewApp } from './contract.ts';
import { launchApp } from './launch-app.ts';
import { listApps, listLaunchable, listOwn } from './list-apps.ts';

const clinical = ['doctor', 'nurse', 'head'] as const;
const people = [...clinical, 'registrar', 'admin', 'patient'] as const;
const given = ({ id, secret }: { id: string; secret: string | undefined }): NewApp => ({ id, ...(secret !== undefined && { secret }) });

export const applicationRoutes: readonly Route[] = [
  route({ method: 'GET', path: '/apps', roles: ['admin'], handle: (ctx) => listApps(ctx) }),
  route({ method: 'POST', path: '/apps', roles: ['admin'], body: appBody, handle: async (ctx, { body }) => given(await registerClient(ctx, body as NewClient)) }),
  route({ method: 'POST', path: '/apps/:app/secret', roles: ['admin'], params: appParams, handle: async (ctx, { params }) => given({ id: params.app, secret: await renewSecret(ctx, params.app) }) }),
  route({ method: 'DELETE', path: '/apps/:app', roles: ['admin'], params: appParams, handle: (ctx, { params }) => endClient(ctx, params.app) }),
  route({ method: 'GET', path: '/apps/launchable', roles: clinical, handle: (ctx) => listLaunchable(ctx) }),
  route({ method: 'POST', path: '/apps/:app/launch', roles: clinical, params: appParams, body: launchBody, handle: (ctx, { params, body }) => launchApp(ctx, params.app, body.patient) }),
  route({ method: 'GET', path: '/apps/own', roles: people, handle: (ctx) => listOwn(ctx) }),
  route({ method: 'DELETE', path: '/apps/own/:app', roles: people, params: appParams, handle: (ctx, { params }) => withdrawApp(ctx, params.app) }),
];
