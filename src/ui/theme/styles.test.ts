import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const styles = readFileSync(join(import.meta.dirname, 'styles.ts'), 'utf8');
/** What has no stylesheet of its own: providers, functions, and parts that live in another's file. */
const within: Record<string, string> = { TextInput: 'Input', Textarea: 'Input', InputBase: 'Input', Portal: '', Transition: '', FocusTrap: '', Box: '', MantineProvider: '', Select: 'Combobox', NativeSelect: 'Input' };

test('no screen shows a Mantine component without its styles', () => {
  const missing = new Set<string>();
  for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.tsx') && !file.endsWith('.ts')) continue;
    const text = readFileSync(join(root, 'src', file), 'utf8');
    for (const found of text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of found[1]!.split(',').map((part) => part.trim().split(' as ')[0]!)) {
        if (!/^[A-Z]/.test(name)) continue;
        const sheet = name in within ? within[name]! : name;
        if (sheet && !styles.includes(`styles/${sheet}.layer.css`)) missing.add(`${file}: ${name}`);
      }
    }
  }
  expect([...missing]).toEqual([]);
});
