import type { Language } from '../../../kernel/problem.ts';
import type { BulkJob } from '../tables.ts';
import type { ExportAsked } from './read-export.ts';
import type { ExportPlace } from './run-export.ts';
import type { ImportAsked } from './read-manifest.ts';
import type { ImportPlace } from './run-import.ts';

/** How far a job is, in a few words: for `X-Progress` (ASCII, so in English there) and the administrator. */
export function progressOf(job: Pick<BulkJob, 'kind' | 'asked' | 'place' | 'done' | 'refused' | 'state'>, language: Language): string {
  if (job.kind === 'export') {
    const { types } = job.asked as ExportAsked;
    const { type = 0 } = job.place as ExportPlace;
    const now = types[Math.min(type, types.length - 1)] ?? '';
    return language === 'ru' ? `${now} (${Math.min(type + 1, types.length)} из ${types.length}), ресурсов: ${job.done}` : `${now} (${Math.min(type + 1, types.length)} of ${types.length}), resources: ${job.done}`;
  }
  const files = Math.max(1, (job.asked as ImportAsked).inputs.length);
  const { input = 0, line = 0 } = job.place as ImportPlace;
  if (job.state === 'receiving') return language === 'ru' ? 'принимается' : 'receiving';
  return language === 'ru'
    ? `файл ${Math.min(input + 1, files)} из ${files}, строка ${line}; записано: ${job.done}, отказов: ${job.refused}`
    : `file ${Math.min(input + 1, files)} of ${files}, line ${line}; written: ${job.done}, refused: ${job.refused}`;
}

/** How far a job is as a share; undefined of an upload, whose lines nobody has counted. */
export function shareOf({ kind, asked, place, state }: Pick<BulkJob, 'kind' | 'asked' | 'place' | 'state'>): number | undefined {
  if (state === 'complete') return 1;
  if (kind === 'export') return ((place as ExportPlace).type ?? 0) / Math.max(1, (asked as ExportAsked).types.length);
  const { inputs } = asked as ImportAsked;
  return inputs.length > 1 ? ((place as ImportPlace).input ?? 0) / inputs.length : undefined;
}
