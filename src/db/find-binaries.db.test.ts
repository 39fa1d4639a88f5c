import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { canReach, isRoot } from './choose-user.ts';
import { embeddedPackage } from './find-binaries.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const house = mkdtempSync(join(tmpdir(), 'karta-readonly-'));
afterAll(() => {
  chmodSync(house, 0o755);
  spawnSync('chmod', ['-R', 'u+w', house]);
  rmSync(house, { recursive: true, force: true });
});

/** A clone whose packages another user installed without install scripts: no links beside the libraries, and no right to make them. */
function buildReadOnlyHouse(): void {
  const packages = join(house, 'node_modules');
  mkdirSync(join(packages, dirname(embeddedPackage)), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')).filter((entry) => entry !== dirname(embeddedPackage))) symlinkSync(join(root, 'node_modules', name), join(packages, name));
  const native = dirname(dirname(createRequire(import.meta.url).resolve(embeddedPackage)));
  cpSync(native, join(packages, embeddedPackage), { recursive: true, filter: (source) => !source.endsWith('.a') });
  const libraries = join(packages, embeddedPackage, 'native/lib');
  for (const name of readdirSync(libraries)) if (lstatSync(join(libraries, name)).isSymbolicLink()) rmSync(join(libraries, name));
  cpSync(join(root, 'src'), join(house, 'src'), { recursive: true });
  cpSync(join(root, 'package.json'), join(house, 'package.json'));
  mkdirSync(join(house, 'data'), { mode: 0o777 });
  spawnSync('chmod', ['-R', 'a+rX', house]);
  chmodSync(join(house, 'data'), 0o777);
  chmodSync(libraries, 0o555);
}

/** Root tries as another user, who cannot always reach the clone. */
const nobody = { name: 'nobody', uid: 65534, gid: 65534 };

test.runIf(!isRoot() || canReach(nobody, root))('an ordinary user starts the database from packages that he may only read', { timeout: 180_000 }, () => {
  buildReadOnlyHouse();
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(join(house, 'src/db/embedded.ts'))});
    const embedded = await startEmbedded({ data: ${JSON.stringify(join(house, 'data'))}, settings: { shared_buffers: '32MB', logging_collector: 'off' } });
    await embedded.stop();
    console.log('stopped in order');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: '/', ...(isRoot() && { uid: nobody.uid, gid: nobody.gid }) });
  expect(`${stdout}${stderr}`).toBe('stopped in order\n');
  expect(readdirSync(join(house, 'data/postgres'))).toContainEqual(expect.stringMatching(/^libraries-/));
  expect(existsSync(join(house, 'node_modules', embeddedPackage, 'native/lib/libpq.so.5'))).toBe(false);
});
