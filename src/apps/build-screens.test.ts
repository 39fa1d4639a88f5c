import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildScreens } from './build-screens.ts';

const root = join(import.meta.dirname, '../..');

test('the screens are built once, without inline script or style, and then used again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'karta-web-'));
  try {
    expect(await buildScreens({ root, folder })).toEqual({ folder, built: true });
    expect(await buildScreens({ root, folder })).toEqual({ folder, built: false });
    for (const page of ['index.html', 'my/index.html']) {
      const html = readFileSync(join(folder, page), 'utf8');
      expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
      expect(html).toMatch(/src="\/assets\/[\w-]+\.js"/);
    }
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('gallery'))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);
