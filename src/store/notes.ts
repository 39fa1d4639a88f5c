import type { NoteTable, WriteOptions, WriteResult } from './types.ts';

/** A row of another floor's table, to be written with the rows of the store. */
export interface NoteToWrite {
  table: NoteTable;
  row: unknown;
}

export function notesOf({ note }: WriteOptions, results: readonly WriteResult[]): NoteToWrite[] {
  return note ? [{ table: note.table, row: note.row(results) }] : [];
}

/** Parts of a `with` for these notes, behind a comma, and their values; nothing where there are none. All notes of a process go to one table. */
export function noteParts(notes: readonly NoteToWrite[], first: number, condition: string): { text: string; values: Buffer[] } {
  const table = notes[0]?.table;
  return table ? { text: `, ${table.parts(first, condition)}`, values: table.values(notes.map(({ row }) => row as never)) } : { text: '', values: [] };
}
