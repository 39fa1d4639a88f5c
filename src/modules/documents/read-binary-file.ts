import type { DocumentReference } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { WithId } from './content.ts';
import { Problem } from '../../kernel/problem.ts';
import { isPaper } from './document-line.ts';
import { noteReading } from './note-reading.ts';
import { readBinary } from './read-document.ts';

/**
 * `GET /fhir/R4/Binary/<id>`: the exact bytes of an original, for the FHIR API. Access follows the document; the reading is noted. Undefined
 * where there is none that the caller may see: the store then answers for its own resources.
 */
export async function readBinaryFile(ctx: Ctx, id: string): Promise<{ bytes: Uint8Array; mediaType: string; about: string } | undefined> {
  const file = await readBinary(ctx, id).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'store.not-found') return undefined;
    throw error;
  });
  if (!file) return undefined;
  const face = JSON.parse((await ctx.store.read('DocumentReference', file.document)).content) as WithId<DocumentReference>;
  await noteReading(ctx, face, isPaper(face) ? 'read' : 'original');
  return { bytes: file.bytes, mediaType: file.mediaType, about: `DocumentReference/${file.document}` };
}
