import { existsSync, realpathSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Finding, Given } from './finding.ts';

/** Below these a busy clinic fills the disk within days, and PostgreSQL stops when it is full. */
const leastBytes = 2e9;
const leastShare = 0.05;

/** The disk of the database's folder, or of the nearest folder above that exists. */
export async function checkDisk({ config }: Given): Promise<Finding> {
  let folder = join(config.data, 'postgres');
  while (!existsSync(folder)) folder = dirname(folder);
  folder = realpathSync(folder);
  const { bavail, bsize, blocks } = statfsSync(folder);
  const free = bavail * bsize;
  const gigabytes = (free / 1e9).toFixed(1);
  const ok = free >= leastBytes && bavail / blocks >= leastShare;
  return {
    ok,
    text: { ru: `Диск: свободно ${gigabytes.replace('.', ',')}\u00A0ГБ (${folder})`, en: `Disk: ${gigabytes} GB free (${folder})` },
    ...(!ok && { mend: 'sudo apt-get clean && sudo journalctl --vacuum-size=200M' }),
  };
}
