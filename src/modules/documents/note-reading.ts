import type { DocumentReference } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import type { WithId } from './content.ts';
import { insertDocumentRead, type ReadAct } from './tables.ts';

/** Reading the same document again within this time is the same reading. */
const sameReading = 10 * 60_000;

/** Notes who opened, took away or printed a document, before the answer leaves. Answers the id of the note. */
export async function noteReading(ctx: Ctx, face: WithId<DocumentReference>, act: ReadAct, reason?: string): Promise<string> {
  const patient = face.subject?.reference?.replace('Patient/', '') ?? '';
  const shard = shardOf(patient);
  const id = newId(shard, ctx.now.getTime());
  await insertDocumentRead(ctx.sql, {
    id, shard, document: face.id, patient, actor: ctx.actor.reference, name: ctx.actor.name, role: ctx.actor.role, organization: ctx.actor.organization ?? null, act, reason: reason ?? null,
    at: ctx.now, since: new Date(ctx.now.getTime() - sameReading),
  });
  return id;
}
