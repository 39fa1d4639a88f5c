import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { noteReading } from './note-reading.ts';
import type { DocumentParts } from './document-parts.ts';
import './problems.ts';
import { readDocument, renderStored } from './read-document.ts';
import { readPrint } from './tables.ts';

/** Paper leaves the record, so somebody says why: noted with his name, told to the patient. Answers the id that opens the marked sheet. */
export async function printDocument(ctx: Ctx, id: string, reason: string): Promise<{ print: string }> {
  const { face } = await readDocument(ctx, id);
  return { print: await noteReading(ctx, face, 'print', reason) };
}

/** The sheet for the screen or, with `print`, for paper: marked as a copy, with who printed it, when and why. */
export async function readSheet(ctx: Ctx, parts: DocumentParts, id: string, print: string | undefined): Promise<string> {
  const stored = await readDocument(ctx, id);
  const trust = await parts.trust();
  if (print === undefined) return renderStored(stored, trust, ctx.now, ctx.language);
  const note = await readPrint(ctx.sql, print);
  if (!note || note.document !== id || note.actor !== ctx.actor.reference) throw new Problem('documents.no-print');
  return renderStored(stored, trust, ctx.now, ctx.language, { by: note.name, at: new Date(note.at).toISOString(), reason: note.reason ?? '' });
}
