import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../commands/table.ts';
import { drawFloors } from './draw-floors.ts';

const root = join(import.meta.dirname, '../../..');
const pages = globSync(['*.md', 'docs/**/*.md', 'src/**/README.md'], { cwd: root }).map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Anchors as GitHub makes them from headings: lower case, signs away, spaces to hyphens. */
function anchorsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) => title!.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replace(/\s/g, '-')));
}

test('no link of the docs leads nowhere', () => {
  const dead: string[] = [];
  for (const { file, text } of pages) {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      const [path, anchor] = target!.split('#') as [string, string | undefined];
      const place = path === '' ? join(root, file) : resolve(root, dirname(file), path);
      if (!existsSync(place)) dead.push(`${file}: ${target}`);
      else if (anchor && statSync(place).isFile() && !anchorsOf(readFileSync(place, 'utf8')).has(decodeURIComponent(anchor))) dead.push(`${file}: ${target}`);
    }
  }
  expect(pages.length).toBeGreaterThan(20);
  expect(dead).toEqual([]);
});

test('every command that the docs name exists', () => {
  const named = pages.flatMap(({ file, text }) => [...text.matchAll(/(?:^|[`\s])(?:npx karta|npm run karta --|karta) ([a-z][a-z-]+)/gm)].map(([, name]) => ({ file, name: name! })));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !Object.hasOwn(commands, name)).map(({ file, name }) => `${file}: karta ${name}`)).toEqual([]);
  const scripted = pages.flatMap(({ file, text }) => [...text.matchAll(/(?:^|`)npm (?:run )?([a-z]+)/gm)].map(([, name]) => ({ file, name: name! })));
  expect(scripted.filter(({ name }) => !Object.hasOwn(scripts, name) && !['ci', 'install', 'run'].includes(name)).map(({ file, name }) => `${file}: npm ${name}`)).toEqual([]);
  expect(Object.values(scripts).filter((line) => !Object.hasOwn(commands, line.split(' ')[2] ?? 'start'))).toEqual([]);
});

test('the environment variables of the docs are those of the program', () => {
  const read = new Set(globSync(['{src,test,bin}/**/*.{ts,mjs}', 'vite.config.ts'], { cwd: root }).flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/\benv\.(KARTA_[A-Z_]+|PORT|DATABASE_URL)\b/g)].map(([, name]) => name!)));
  const named = new Set(pages.flatMap(({ text }) => [...text.matchAll(/\b(KARTA_[A-Z_]+|DATABASE_URL|PORT)\b/g)].map(([, name]) => name!)));
  // What Karta sets for its own build is nobody's setting.
  const own = ['KARTA_SCREENS', 'KARTA_GALLERY'];
  expect([...named].filter((name) => !read.has(name))).toEqual([]);
  const guides = pages.filter(({ file }) => file.startsWith('docs/operator/'));
  for (const { file, text } of guides) expect([...read].filter((name) => !own.includes(name) && !text.includes(name)), file).toEqual([]);
});

test('every picture is shown somewhere, and together they stay small', () => {
  const files = globSync('docs/pictures/*', { cwd: root });
  const shown = pages.map(({ text }) => text).join('\n');
  expect(files.filter((file) => !shown.includes(file.split('/').at(-1)!))).toEqual([]);
  expect(files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0)).toBeLessThan(4e6);
});

test('the map of the house shows the house as it stands: npm run pictures', () => {
  expect(readFileSync(join(root, 'docs/pictures/architecture.svg'), 'utf8')).toBe(drawFloors(root));
});
