import { shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Sql } from '../../db/types.ts';
import type { Ctx } from '../context.ts';
import { entranceOf } from '../create-context.ts';
import { drawToken, tokenHash } from '../secrets.ts';
import { findClient } from './clients.ts';

/** How long an app that was opened from a card may take to come back for its permission. */
const launchMilliseconds = 5 * 60_000;

export interface Launch {
  account: string;
  client: string;
  patient: string | undefined;
  encounter: string | undefined;
}

/**
 * Opens an app from a card (EHR launch, http://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#launch-app-ehr-launch): its address with `iss` and an
 * opaque `launch` that says nothing by itself. The caller must see the patient and the visit. Refuses `access.no-client`.
 */
export async function openLaunch(ctx: Ctx, given: { client: string; patient: string; encounter?: string | undefined }): Promise<{ url: string }> {
  const { entrance, account } = entranceOf(ctx);
  const client = await findClient(entrance, given.client);
  if (!client?.launchUri) throw new Problem('access.no-client');
  await ctx.store.read('Patient', given.patient);
  if (given.encounter !== undefined) await checkVisit(ctx, given.encounter, given.patient);
  const token = drawToken();
  await entrance.db.query('insert into app_launch (token, shard, account, client, patient, encounter, expires) values ($1, $2, $3, $4, $5, $6, $7)', [
    tokenHash(token), shardOf(given.patient), account, client.id, given.patient, given.encounter ?? null, new Date(ctx.now.getTime() + launchMilliseconds),
  ]);
  const url = new URL(client.launchUri);
  url.searchParams.set('iss', `${entrance.url}/fhir/R4`);
  url.searchParams.set('launch', token);
  return { url: url.toString() };
}

/** A visit of somebody else would put a stranger's data beside this patient's. */
async function checkVisit(ctx: Ctx, encounter: string, patient: string): Promise<void> {
  const { content } = await ctx.store.read('Encounter', encounter);
  const { subject } = JSON.parse(content) as { subject?: { reference?: string } };
  if (subject?.reference !== `Patient/${patient}`) throw new Problem('access.no-client');
}

/** What stands behind a `launch` that was not used yet; undefined where it is unknown, over, or another client's. */
export async function findLaunch(sql: Sql, token: string, client: string, now: Date): Promise<Launch | undefined> {
  const [row] = await sql.query<{ account: string; client: string; patient: string | null; encounter: string | null }>(
    'select account, client, patient, encounter from app_launch where token = $1 and client = $2 and expires > $3 and used is null',
    [tokenHash(token), client, now],
  );
  return row && { account: row.account, client: row.client, patient: row.patient ?? undefined, encounter: row.encounter ?? undefined };
}

/** Uses it up; of two that come at once one gets it. */
export async function useLaunch(sql: Sql, token: string, now: Date): Promise<boolean> {
  return (await sql.query('update app_launch set used = $2 where token = $1 and used is null returning 1', [tokenHash(token), now])).length > 0;
}
