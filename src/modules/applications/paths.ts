/** Links into the apps. In the portal the same path stands under `/my`. */
export const appsPath = '/apps';
export const ownAppsPath = '/own-apps';
export const appsApi = '/apps';
export const ownAppsApi = '/apps/own';
export const launchableApi = '/apps/launchable';
export const appApi = (app: string): string => `/apps/${encodeURIComponent(app)}`;
