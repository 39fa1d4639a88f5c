import { expect, test } from 'vitest';
import { drawGrowth } from './draw-growth.ts';
import { allFigures, chosenFigures, withFigures } from './performance-page.ts';

const measure = { name: 'read', value: 12_345, unit: 'reads/s', limit: 20_000, ratio: 0.617 };

test('a page keeps its words and gets the figures of the record', () => {
  const page = 'Before\n<!-- figures: npm run karta -- docs -->\nold\n<!-- /figures -->\nAfter\n';
  const table = allFigures({ day: '2026-11-22', machine: '2 cores', measures: [measure] });
  const made = withFigures(page, table);
  expect(made).toMatch(/^Before\n[^]*\| `read` \| 12,345 reads\/s \| 20,000 \| 0\.617 \|\n<!-- \/figures -->\nAfter\n$/);
  expect(made).not.toContain('old');
  expect(withFigures(made, table)).toBe(made);
  expect(() => withFigures('no marks', table)).toThrow('marks');
});

test('the first page names the measures that a newcomer asks for, and none that was not taken', () => {
  expect(chosenFigures({ measures: [measure, { ...measure, name: 'create-1', value: 1.09 }] })).toBe('| | |\n| --- | --- |\n| FHIR read over HTTP with its journal row, 32 clients | 12,345 a second |');
});

test('the chart has a panel for each measure and a point for each size', () => {
  const svg = drawGrowth([{ resources: 100_000, measures: [measure] }, { resources: 1_000_000, measures: [{ ...measure, value: 9000 }] }]);
  expect(svg.match(/<circle/g)).toHaveLength(2);
  expect(svg).toContain('read, reads/s');
  expect(svg).toContain('>1M<');
});
