import type { Ctx } from '../../access/context.ts';
import { findAll } from './stored.ts';
import type { Draft } from './tables.ts';

/** Id of the DocumentReference that a draft became. The draft keeps the document's own UUID, known before anything was written. */
export async function signedDocumentOf(ctx: Ctx, draft: Pick<Draft, 'document' | 'patient'>): Promise<string | undefined> {
  if (!draft.document) return undefined;
  const [found] = await findAll(ctx, 'DocumentReference', `patient=Patient/${draft.patient}&identifier=${encodeURIComponent(`urn:ietf:rfc:3986|urn:uuid:${draft.document}`)}`);
  return found?.id;
}
