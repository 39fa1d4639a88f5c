import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadProblems, problemsPage } from './list-problems.ts';

const root = join(import.meta.dirname, '../../..');
const problems = await loadProblems(root);
const page = readFileSync(join(root, 'docs/problems.md'), 'utf8');
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root })
  .filter((file) => !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

test('every refusal speaks Russian and English, with the same values', () => {
  for (const [code, { ru, en }] of problems) {
    expect(ru, code).toMatch(/[а-яё]/i);
    expect(en, code).not.toMatch(/[а-яё]/i);
    const values = (text: string) => [...new Set(text.match(/\{\w+\}/g))].toSorted((a, b) => a.localeCompare(b));
    expect(values(ru), code).toEqual(values(en));
  }
});

test('docs/problems.md is what the program says, no code more, none less: npm run karta -- docs', () => {
  const documented = [...page.matchAll(/^\| `([\w-]+\.[\w-]+)` \|/gm)].map(([, code]) => code);
  expect(new Set(documented)).toEqual(new Set(problems.keys()));
  expect(page).toBe(problemsPage(problems));
});

test('every code that is thrown has its text', () => {
  const thrown = sources.flatMap(({ file, text }) => [...text.matchAll(/new Problem\(\s*'([^']+)'/g)].map(([, code]) => `${code} (${file})`));
  expect(thrown.length).toBeGreaterThan(100);
  expect(thrown.filter((each) => !problems.has(each.split(' ')[0]!))).toEqual([]);
});

test('every text has a place that says it', () => {
  const saying = sources.filter(({ file }) => !file.endsWith('problems.ts')).map(({ text }) => text).join('\n');
  expect([...problems.keys()].filter((code) => !saying.includes(`'${code}'`))).toEqual([]);
});
