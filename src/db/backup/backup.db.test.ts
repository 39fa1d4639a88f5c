import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { emptyDatabase, freshDatabase } from '../../../test/harness.ts';
import { connect } from '../database.ts';
import { startEmbedded } from '../embedded.ts';
import { migrate, unfinishedRestore } from '../migrate.ts';
import type { Database } from '../types.ts';
import { readTables } from './read-schema.ts';
import { restoreBackup } from './restore-backup.ts';
import { takeBackup } from './take-backup.ts';

const base = mkdtempSync(join(tmpdir(), 'karta-backup-'));
chmodSync(base, 0o711);
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(base, `backup-${++folders}`);

const source = await freshDatabase();

/** What a write of the store does to two tables at once: the row and its line in the feed, in one transaction. */
async function write(id: string): Promise<void> {
  await source.transaction(async (sql) => {
    await sql.query("insert into blob (sha256, shard, bytes) values (sha256(convert_to($1, 'UTF8')), 7, $2)", [id, Buffer.from([0, 10, 92, 255])]);
    await sql.query("insert into outbox (shard, type, id, version, outcome, actor, at) values (7, 3, $1, 1, 'created', 'Device/1', now())", [id]);
  });
}
for (let number = 0; number < 20; number++) await write(`before-${number}`);
await source.query("insert into setting values ('salt', E'тab\\there\\nand a \\\\ backslash'), ('empty', '')");
await source.query("select nextval('resource_number') from generate_series(1, 41)");

/** Every table as its rows' hash; places in the feed as their order alone. */
async function fingerprint(database: Database): Promise<unknown> {
  const tables = await readTables(database, ['migration']);
  const all: Record<string, unknown> = {};
  for (const { name, columns } of tables) {
    const own = columns.filter((column) => column !== 'xid' && column !== 'seq').map((column) => `"${column}"`);
    const order = columns.includes('xid') ? 'xid, seq' : own.join(', ');
    const [row] = await database.query(`select count(*)::int as rows, md5(string_agg(row(${own.join(', ')})::text, '|' order by ${order})) as hash from "${name}"`);
    all[name] = row;
  }
  const indexes = await database.query("select indexdef from pg_indexes where schemaname = 'public' order by indexdef");
  return { all, indexes };
}

test('what is restored equals what was there, numbers go on where they stood, and new changes come after old ones', async () => {
  const folder = newFolder();
  const manifest = await takeBackup(source.url, { folder, version: '0.1.0' });
  expect(manifest.tables.find(({ table }) => table === 'outbox')!.rows).toBe(20);
  const target = await emptyDatabase();
  await restoreBackup(target, { folder });
  expect(await fingerprint(target)).toEqual(await fingerprint(source));
  expect(await migrate(target)).toEqual([]);
  const next = "select nextval('resource_number') as next";
  expect(await target.query(next)).toEqual(await source.query(next));
  await target.query("insert into outbox (shard, type, id, version, outcome, actor, at) values (7, 3, 'after', 1, 'created', 'Device/1', now())");
  // a transaction of another test on the same server may hold the last row back for a moment
  const feed = () => target.query<{ id: string }>('select id from outbox where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, seq');
  await expect.poll(async () => (await feed()).map(({ id }) => id)).toEqual([...Array.from({ length: 20 }, (_, number) => `before-${number}`), 'after']);
  const again = newFolder();
  await takeBackup(target.url, { folder: again, version: '0.1.0' });
  const second = await emptyDatabase();
  await restoreBackup(second, { folder: again });
  expect(await fingerprint(second)).toEqual(await fingerprint(target));
  await target.end();
  await second.end();
});

test('a backup taken while others write holds every finished write whole and none in part', async () => {
  let writing = true;
  let written = 0;
  const writers = [0, 1, 2].map(async (writer) => {
    for (let number = 0; writing; number++, written++) await write(`during-${writer}-${number}`);
  });
  await expect.poll(() => written).toBeGreaterThan(20);
  const acknowledged = await source.query<{ id: string }>('select id from outbox');
  const folder = newFolder();
  await takeBackup(source.url, { folder, version: '0.1.0' });
  writing = false;
  await Promise.all(writers);
  const target = await emptyDatabase();
  await restoreBackup(target, { folder });
  const halves = await target.query("select id from outbox full join blob on blob.sha256 = sha256(convert_to(outbox.id, 'UTF8')) where outbox.id is null or blob.sha256 is null");
  expect(halves).toEqual([]);
  const restored = new Set((await target.query<{ id: string }>('select id from outbox')).map(({ id }) => id));
  expect(acknowledged.filter(({ id }) => !restored.has(id))).toEqual([]);
  await target.end();
});

test('a backup goes into a server of another major version', async () => {
  const folder = newFolder();
  await takeBackup(source.url, { folder, version: '0.1.0' });
  const embedded = await startEmbedded({ data: join(base, 'seventeen'), package: 'postgres17-linux-x64', settings: { fsync: 'off', shared_buffers: '32MB', logging_collector: 'off' } });
  try {
    const target = await connect(embedded.url);
    expect(await target.query("select current_setting('server_version') as version")).toEqual([{ version: expect.stringMatching(/^17\./) }]);
    await restoreBackup(target, { folder });
    expect(await fingerprint(target)).toEqual(await fingerprint(source));
    await target.end();
  } finally {
    await embedded.stop();
  }
});

test.each([
  ['X25519', (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('x25519')],
  ['RSA', (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('rsa', { modulusLength: 2048 })],
])('an encrypted backup (%s) opens with its recipient’s key alone', async (_, makeKeys) => {
  const keys = makeKeys();
  const folder = newFolder();
  await takeBackup(source.url, { folder, version: '0.1.0', recipient: keys.publicKey });
  const clear = Buffer.from('before-1');
  for (const file of readdirSync(folder)) expect(readFileSync(join(folder, file)).includes(clear)).toBe(false);
  const target = await emptyDatabase();
  await expect(restoreBackup(target, { folder })).rejects.toMatchObject({ code: 'backup.key-needed' });
  await expect(restoreBackup(target, { folder, key: makeKeys().privateKey })).rejects.toMatchObject({ code: 'backup.wrong-key' });
  expect(await readTables(target, [])).toEqual([]);
  await restoreBackup(target, { folder, key: keys.privateKey });
  expect(await fingerprint(target)).toEqual(await fingerprint(source));
  await target.end();
});

test('an interrupted or damaged backup is refused before anything is touched', async () => {
  const folder = newFolder();
  await takeBackup(source.url, { folder, version: '0.1.0' });
  const damaged = (name: string, change: (file: string) => void): string => {
    const copy = newFolder();
    cpSync(folder, copy, { recursive: true });
    change(join(copy, name));
    return copy;
  };
  const target = await emptyDatabase();
  const refusal = (from: string): Promise<unknown> => restoreBackup(target, { folder: from }).then(() => 'passed', (error: { code: string }) => error.code);
  expect(await refusal(damaged('manifest.json', (file) => rmSync(file)))).toBe('backup.unfinished');
  expect(await refusal(damaged('manifest.json', (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('"rows": 20', '"rows": 19').replace('0.1.0', '0.1.1'))))).toBe('backup.damaged');
  expect(await refusal(damaged('outbox.copy.gz', (file) => writeFileSync(file, readFileSync(file).subarray(0, -1))))).toBe('backup.damaged');
  expect(await refusal(damaged('blob.copy.gz', (file) => rmSync(file)))).toBe('backup.damaged');
  expect(await readTables(target, [])).toEqual([]);
  await expect(takeBackup(source.url, { folder, version: '0.1.0' })).rejects.toMatchObject({ code: 'backup.folder-not-empty' });
  await target.end();
});

test('only an empty database is restored into; a restore cut short is refused at start and can be repeated', async () => {
  const folder = newFolder();
  await takeBackup(source.url, { folder, version: '0.1.0' });
  const used = await freshDatabase();
  await expect(restoreBackup(used, { folder })).rejects.toMatchObject({ code: 'restore.not-empty' });
  await used.end();
  const target = await emptyDatabase();
  let restored = 0;
  const cut = restoreBackup(target, {
    folder,
    done: ({ kind }) => {
      if (kind === 'restored' && ++restored === 3) throw new Error('cut');
    },
  });
  await expect(cut).rejects.toThrow('cut');
  await expect.poll(() => target.query("select pid from pg_stat_activity where application_name = 'karta restore' and datname = current_database()")).toEqual([]);
  await expect(migrate(target)).rejects.toMatchObject({ code: 'db.half-restored' });
  await restoreBackup(target, { folder });
  expect(await fingerprint(target)).toEqual(await fingerprint(source));
  expect(await target.query(`select to_regclass('${unfinishedRestore}') as marker`)).toEqual([{ marker: null }]);
  await target.end();
});
