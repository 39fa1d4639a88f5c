import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { SheetQuery } from './contract.ts';
import { noteReading } from './note-reading.ts';
import type { DocumentParts } from './document-parts.ts';
import './problems.ts';
import { readDocument, renderStored } from './read-document.ts';
import { frameStyle } from './render-style.ts';
import { readPrint } from './tables.ts';

/** Paper leaves the record, so somebody says why: noted with his name, told to the patient. Answers the id that opens the marked sheet. */
export async function printDocument(ctx: Ctx, id: string, reason: string): Promise<{ print: string }> {
  const { face } = await readDocument(ctx, id);
  return { print: await noteReading(ctx, face, 'print', reason) };
}

/** The sheet for the screen or, with `print`, for paper: marked as a copy, with who printed it, when and why. */
export async function readSheet(ctx: Ctx, parts: DocumentParts, id: string, { print, frame, language = ctx.language }: SheetQuery): Promise<string> {
  const stored = await readDocument(ctx, id);
  const trust = await parts.trust();
  if (print === undefined) {
    const sheet = renderStored(stored, trust, ctx.now, language);
    return frame === undefined ? sheet : sheet.replace('</head>', `<style>${frameStyle}</style></head>`);
  }
  const note = await readPrint(ctx.sql, print);
  if (!note || note.document !== id || note.actor !== ctx.actor.reference) throw new Problem('documents.no-print');
  return renderStored(stored, trust, ctx.now, language, { by: note.name, at: new Date(note.at).toISOString(), reason: note.reason ?? '' });
}
