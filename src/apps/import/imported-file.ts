import type { Sql } from '../../db/types.ts';
import { Problem } from '../../kernel/problem.ts';
import type { SourceFile } from './read-file.ts';
import './problems.ts';

/** How far a file has been imported. */
export interface Progress {
  position: number;
  finished: string | null;
  written: number;
  refused: number;
}

/** Notes that a file is being imported, or answers how far it came earlier. */
export async function beginFile(sql: Sql, file: SourceFile): Promise<Progress> {
  await sql.query('insert into imported_file (sha256, name, started) values ($1, $2, now()) on conflict do nothing', [file.sha256, file.path.split('/').at(-1)]);
  const [row] = await sql.query<{ position: string; finished: string | null; written: string; refused: string }>('select position, finished, written, refused from imported_file where sha256 = $1', [file.sha256]);
  return { position: Number(row!.position), finished: row!.finished, written: Number(row!.written), refused: Number(row!.refused) };
}

/**
 * Moves a file's position on, in the transaction of what was written: so the file is never there twice, however it ends. Throws
 * `import.elsewhere` where another process has moved it.
 */
export async function advanceFile(sql: Sql, file: SourceFile, from: number, step: { units: number; written: number; refused: number }): Promise<void> {
  const rows = await sql.query('update imported_file set position = position + $3, written = written + $4, refused = refused + $5 where sha256 = $1 and position = $2 and finished is null returning 1 as moved', [
    file.sha256,
    from,
    step.units,
    step.written,
    step.refused,
  ]);
  if (rows.length === 0) throw new Problem('import.elsewhere', { file: file.path });
}

/** Marks a file as done. One of which nothing was taken is forgotten, so that it can be tried again when the cause is mended. */
export async function finishFile(sql: Sql, file: SourceFile): Promise<void> {
  await sql.query('update imported_file set finished = now() where sha256 = $1', [file.sha256]);
  await sql.query('delete from imported_file where sha256 = $1 and written = 0', [file.sha256]);
}
