import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { systemOfOid } from '../../terminology/code-system-of-dictionary.ts';
import type { Terminology } from '../../terminology/open-terminology.ts';
import { FileAnswer } from '../module.ts';
import { readRows } from './tables.ts';

const written = (cell: string): string => {
  // a cell can never start a formula
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[";\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** An imported version as a table for people: all its columns by the passport's names, as a Russian Excel opens it. Refuses `dictionaries.unknown`. */
export async function writeTable(ctx: Ctx, terminology: Terminology, of: { system: string; version: string }): Promise<FileAnswer> {
  const dictionary = terminology.dictionaries.find(({ oid, version }) => systemOfOid(oid) === of.system && version === of.version);
  if (!dictionary) throw new Problem('dictionaries.unknown', { system: `${of.system}|${of.version}` });
  const { oid, version, passport } = dictionary;
  const rows = await readRows(ctx.sql, oid, version);
  const fields = passport?.fields ?? [];
  const ru = ctx.language === 'ru';
  const titles = [ru ? 'Код' : 'Code', ru ? 'Название' : 'Name', ru ? 'Код выше' : 'Code above', ru ? 'Действует' : 'In force', ...fields.map(({ field, alias }) => alias?.trim() || field)];
  const yes = (is: boolean) => (ru ? (is ? 'да' : 'нет') : is ? 'yes' : 'no');
  const lines = [titles, ...rows.map((row) => [row.code, row.display, row.parent ?? '', yes(row.active), ...fields.map(({ field }) => row.extra[field] ?? '')])];
  const text = `\ufeff${lines.map((line) => line.map(written).join(';')).join('\r\n')}\r\n`;
  return new FileAnswer(Buffer.from(text), 'application/csv; charset=utf-8', `${oid}_${version}.csv`);
}
