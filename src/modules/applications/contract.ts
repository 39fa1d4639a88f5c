import { z } from 'zod';

/** What goes over the line between the screens of apps and their server: both sides read this file. */

const id = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
const address = z.string().trim().min(8).max(500);

export const appKinds = ['app', 'service'] as const;
export const appMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;

export const appParams = z.object({ app: id });
export const launchBody = z.strictObject({ patient: id });
export const appBody = z.strictObject({
  name: z.string().trim().min(2).max(120),
  about: z.string().trim().min(2).max(200).optional(),
  kind: z.enum(appKinds),
  method: z.enum(appMethods),
  scopes: z.string().trim().min(3).max(4000),
  redirectUris: z.array(address).max(20).default([]),
  launchUri: address.optional(),
  jwksUri: address.optional(),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(20) }).optional(),
});
export type AppBody = z.output<typeof appBody>;

export interface AppLine {
  id: string;
  name: string;
  about?: string;
  kind: (typeof appKinds)[number];
  method: (typeof appMethods)[number];
  scopes: string;
  redirectUris: readonly string[];
  launchUri?: string;
  ended: boolean;
  created: string;
}

/** The secret is said once. */
export interface NewApp {
  id: string;
  secret?: string;
}

export interface LaunchableApp {
  id: string;
  name: string;
  about?: string;
}

/** An app that the person has let in. */
export interface AllowedApp {
  id: string;
  name: string;
  since: string;
  lines: readonly { text: string; changes: boolean }[];
}
