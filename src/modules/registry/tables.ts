import type { Sql } from '../../db/types.ts';

/** Takes the cells for a booking; false where another one has any of them. Waits for who takes the same at once. */
export async function takeCells(sql: Sql, role: string, cells: readonly number[], shard: number, appointment: string): Promise<boolean> {
  const instants = cells.map((cell) => new Date(cell).toISOString());
  const taken = await sql.query(
    `insert into booking_cell (role, cell, shard, appointment) select $1, cell, $3, $4 from unnest($2::timestamptz[]) as cell order by cell on conflict (role, cell) do nothing returning 1 as taken`,
    [role, instants, shard, appointment],
  );
  return taken.length === cells.length;
}

export async function freeCells(sql: Sql, appointment: string): Promise<void> {
  await sql.query('delete from booking_cell where appointment = $1', [appointment]);
}
