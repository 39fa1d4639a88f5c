import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { checkFloors } from './check-floors.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const house = mkdtempSync(join(tmpdir(), 'karta-floors-'));
afterAll(() => rmSync(house, { recursive: true, force: true }));
cpSync(join(root, '.dependency-cruiser.cjs'), join(house, '.dependency-cruiser.cjs'));
cpSync(join(root, '.floors.json'), join(house, '.floors.json'));
cpSync(join(root, 'package.json'), join(house, 'package.json'));
symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));

function build(files: Record<string, string>): void {
  rmSync(join(house, 'src'), { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, 'src', name)), { recursive: true });
    writeFileSync(join(house, 'src', name), text);
  }
}

const check = (): ReturnType<typeof checkFloors> => checkFloors(join(root, 'node_modules/.bin'), { root: house, env: { PATH: `${dirname(process.execPath)}:${process.env.PATH}` } });

const sound = {
  'kernel/problem.ts': 'export interface Problem { code: string }\n',
  'db/types.ts': "import type { Problem } from '../kernel/problem.ts';\nexport type Refusal = Problem;\n",
  'store/store.ts': "import type { Refusal } from '../db/types.ts';\nexport const refuse = (code: string): Refusal => ({ code });\n",
  'ui/button.tsx': "import type { Problem } from '../kernel/problem.ts';\nexport const Button = ({ problem }: { problem: Problem }) => <b>{problem.code}</b>;\n",
};

test('a house in order passes', async () => {
  build(sound);
  expect(await check()).toMatchObject({ ok: true, output: '' });
});

test('each way of breaking the floors is named, type imports included', async () => {
  build({
    ...sound,
    'kernel/up.ts': "import type { refuse } from '../store/store.ts';\nexport type Up = typeof refuse;\n",
    'rest/read.ts': "import type { Refusal } from '../db/types.ts';\nexport type Read = Refusal;\n",
    'fhir/aside.ts': "export type { Refusal } from '../db/types.ts';\n",
    'store/one.ts': "import type { Two } from './two.ts';\nexport type One = Two | 1;\n",
    'store/two.ts': "import type { One } from './one.ts';\nexport type Two = One | 2;\n",
    'ui/knows.tsx': "import { refuse } from '../store/store.ts';\nexport const knows = refuse;\n",
    'modules/ward/admit.ts': "import { beds } from '../kitchen/beds.ts';\nimport { Button } from '../../ui/button.tsx';\nexport const admit = [beds, Button];\n",
    'modules/ward/staff/board.tsx': "import { refuse } from '../../../store/store.ts';\nimport { admit } from '../admit.ts';\nexport const Board = () => <b>{String(refuse)}{admit.length}</b>;\n",
    'modules/kitchen/beds.ts': 'export const beds = 1;\n',
    'modules/kitchen/late.ts': "export const late = () => import('../../apps/cli.ts');\n",
    'apps/cli.ts': 'export const cli = 1;\n',
    'http/lost.ts': "import { nothing } from './nowhere.ts';\nimport { test } from 'vitest';\nexport const lost = [nothing, test];\n",
  });
  const { ok, output } = await check();
  expect(ok).toBe(false);
  for (const rule of [
    'floors-kernel: src/kernel/up.ts', 'db-only-for-keepers: src/rest/read.ts', 'floors-beside-fhir: src/fhir/aside.ts', 'no-cycles: src/store/', 'ui-stands-on-fhir-and-problem: src/ui/knows.tsx',
    'siblings-through-the-door: src/modules/ward/admit.ts', 'modules-only-listed-siblings: src/modules/ward/admit.ts', 'no-ui-on-the-server: src/modules/ward/admit.ts',
    'screens-use-the-api: src/modules/ward/staff/board.tsx → src/store/store.ts', 'screens-use-the-api: src/modules/ward/staff/board.tsx → src/modules/ward/admit.ts',
    'nobody-imports-apps: src/modules/kitchen/late.ts', 'no-unresolved: src/http/lost.ts', 'no-test-tools-in-the-product: src/http/lost.ts',
  ]) expect(output).toContain(rule);
});

test('a check that saw hardly any imports does not pass', async () => {
  build({ 'kernel/one.ts': 'export const one = 1;\n', 'kernel/two.ts': 'export const two = 2;\n', 'kernel/three.ts': 'export const three = 3;\n' });
  expect(await check()).toMatchObject({ ok: false, output: expect.stringContaining('not-seen') });
});
