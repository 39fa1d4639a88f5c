import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

function tokensOf(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector));
  return Object.fromEntries([...block.slice(0, block.indexOf('}')).matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((found) => [found[1]!, found[2]!]));
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(first: string, second: string): number {
  const [light, dark] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each([
  ['light', tokensOf(':root {')],
  ['dark', tokensOf("[data-mantine-color-scheme='dark']")],
])('the %s theme can be read', (_name, token) => {
  test.each([
    ['ink', 'paper'], ['ink-2', 'paper'], ['ink-2', 'sheet'], ['ink-3', 'paper'], ['ink-3', 'sheet'], ['ink-2', 'line-2'], ['accent', 'paper'], ['accent', 'sheet'], ['accent', 'accent-soft'],
    ['accent-ink', 'accent'], ['accent-ink', 'accent-strong'], ['danger', 'danger-soft'], ['danger-ink', 'danger'], ['attention', 'attention-soft'], ['done', 'done-soft'], ['allergy', 'allergy-soft'], ['ink', 'accent-soft'],
  ])('%s on %s has 4.5:1', (text, ground) => {
    expect(contrast(token[text]!, token[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([['ink', 'sheet'], ['ink', 'paper'], ['danger', 'sheet'], ['danger', 'paper']])('clinical values: %s on %s has 7:1', (text, ground) => {
    expect(contrast(token[text]!, token[ground]!)).toBeGreaterThanOrEqual(7);
  });

  test('the edge of a field has 3:1', () => {
    expect(contrast(token['line-field']!, token['sheet']!)).toBeGreaterThanOrEqual(3);
  });
});
