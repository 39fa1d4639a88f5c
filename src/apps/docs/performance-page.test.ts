import { expect, test } from 'vitest';
import { drawGrowth } from './draw-growth.ts';
import { withFigures } from './performance-page.ts';

const measure = { name: 'read', value: 12_345, unit: 'reads/s', limit: 20_000, ratio: 0.617 };

test('the page keeps its words and gets the figures of the record', () => {
  const page = 'Before\n<!-- figures: npm run karta -- docs -->\nold\n<!-- /figures -->\nAfter\n';
  const made = withFigures(page, { day: '2026-11-22', machine: '2 cores', measures: [measure] });
  expect(made).toMatch(/^Before\n[^]*\| `read` \| 12,345 reads\/s \| 20,000 \| 0\.617 \|\n<!-- \/figures -->\nAfter\n$/);
  expect(made).not.toContain('old');
  expect(withFigures(made, { day: '2026-11-22', machine: '2 cores', measures: [measure] })).toBe(made);
  expect(() => withFigures('no marks', { day: '', machine: '', measures: [] })).toThrow('marks');
});

test('the chart has a panel for each measure and a point for each size', () => {
  const svg = drawGrowth([{ resources: 100_000, measures: [measure] }, { resources: 1_000_000, measures: [{ ...measure, value: 9000 }] }]);
  expect(svg.match(/<circle/g)).toHaveLength(2);
  expect(svg).toContain('read, reads/s');
  expect(svg).toContain('>1M<');
});
