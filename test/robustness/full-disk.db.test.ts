import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connect } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { Problem } from '../../src/kernel/problem.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openStore, typeNumber } from '../../src/store/index.ts';
import { fingerprint } from './region.ts';
import { halves } from './whole-writes.ts';

const base = mkdtempSync(join(tmpdir(), 'karta-full-'));
chmodSync(base, 0o711);
const disk = join(base, 'disk');
mkdirSync(disk);
const mounted = mountDisk();
afterAll(() => {
  // the log collector may still be on its way out
  if (mounted) execFileSync('umount', ['-l', disk]);
  rmSync(base, { recursive: true, force: true });
});

/** A disk of our own that can be filled; only root may mount one. */
function mountDisk(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=0711', 'karta-full-disk', disk], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('on a full disk a write is refused in words and changes nothing; with space again the next one works', { timeout: 180_000 }, async (context) => {
  if (!mounted) context.skip('a small disk can be mounted by root on Linux only');
  // The journal's files are there before the disk fills: it is the tables that find no space.
  const embedded = await startEmbedded({ data: disk, settings: { fsync: 'off', shared_buffers: '16MB', min_wal_size: '160MB', max_wal_size: '160MB', wal_recycle: 'on', logging_collector: 'off' } });
  const database = await connect(embedded.url, { max: 4 });
  try {
    await migrate(database);
    const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
    const scope = { access: { name: 'test', rules: [{ types: 'all' as const, patients: 'all' as const, write: true }] }, actor: 'Device/test', now: new Date() };
    const noise = (number: number) => Array.from({ length: 12 }, (_, at) => Math.sin(number * 31 + at).toString(36)).join('');
    const write = (number: number) => store.write(scope, Array.from({ length: 100 }, (_, at) => ({ method: 'create' as const, resource: { resourceType: 'Basic' as const, code: { text: `${number}.${at} ${noise(number * 100 + at)}` } } })));
    const count = async () => (await database.query<{ count: number }>('select count(*)::int as count from resource where type = $1', [typeNumber('Basic')]))[0]!.count;
    await write(0);
    for (let segment = 0; segment < 6; segment++) await database.query(`with noted as (insert into setting values ('segment-${segment}', '')) select pg_switch_wal()`);
    await database.query('checkpoint');
    await database.query('checkpoint');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - 3 * 1024 * 1024), 1));
    let written = 1;
    let refused: unknown;
    while (!refused && written < 2000) {
      const before = await fingerprint(database);
      try {
        await write(written);
        written++;
      } catch (error) {
        refused = error;
        expect(await fingerprint(database)).toEqual(before);
      }
    }
    expect(refused).toBeInstanceOf(Problem);
    expect((refused as Problem).code).toBe('db.no-space');
    expect(await count()).toBe(written * 100);
    rmSync(join(disk, 'filler'));
    await write(written);
    expect(await count()).toBe((written + 1) * 100);
    expect(await halves(database)).toEqual([]);
  } finally {
    await database.end();
    await embedded.stop();
  }
});
