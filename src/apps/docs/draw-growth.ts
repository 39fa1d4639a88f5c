/** One measure as the bench keeps it (`bench/record.json`, `bench/growth.json`). */
export interface KeptMeasure {
  name: string;
  value: number;
  unit: string;
  limit: number;
  ratio: number;
}

export interface KeptStage {
  resources: number;
  measures: readonly KeptMeasure[];
}

const ink = '#1f2528';
const soft = '#5b6469';
const line = '#d8d5ce';
const accent = '#0f6b66';
const bare = '#b4632d';

const panel = { width: 292, height: 176, left: 44, right: 18, top: 34, bottom: 30 };
const columns = 3;
const margin = 16;

/** Small charts, one for each measure: how it and its limit go as the number of resources grows. An SVG text of its own. */
export function drawGrowth(stages: readonly KeptStage[]): string {
  const names = [...new Set(stages.flatMap(({ measures }) => measures.map(({ name }) => name)))];
  const rows = Math.ceil(names.length / columns);
  const [width, height] = [columns * panel.width + 2 * margin, rows * panel.height + 2 * margin + 24];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Golos Text, Segoe UI, Helvetica, Arial, sans-serif" font-size="11">
<title>How Karta's measures go as the region grows</title>
<rect width="${width}" height="${height}" rx="12" fill="#fbfaf7"/>
${names.map((name, at) => `<g transform="translate(${margin + (at % columns) * panel.width} ${margin + Math.floor(at / columns) * panel.height})">${drawPanel(name, stages)}</g>`).join('\n')}
<g transform="translate(${margin + panel.left} ${height - 18})"><path d="M0 -4h18" stroke="${accent}" stroke-width="2"/><text x="24" fill="${ink}">Karta</text><path d="M74 -4h18" stroke="${bare}" stroke-width="2" stroke-dasharray="4 3"/><text x="98" fill="${ink}">its limit: the bare statement, a bare COPY, the JSON itself</text></g>
</svg>
`;
}

function drawPanel(name: string, stages: readonly KeptStage[]): string {
  const points = stages.flatMap(({ resources, measures }) => measures.filter((measure) => measure.name === name).map((measure) => ({ resources, ...measure })));
  const most = niceTop(Math.max(...points.flatMap(({ value, limit }) => [value, limit])));
  const [low, high] = [Math.log10(stages[0]!.resources), Math.log10(stages.at(-1)!.resources)];
  const wide = panel.width - panel.left - panel.right;
  const tall = panel.height - panel.top - panel.bottom;
  const x = (resources: number): number => round(panel.left + (high === low ? wide / 2 : ((Math.log10(resources) - low) / (high - low)) * wide));
  const y = (value: number): number => round(panel.top + tall - (value / most) * tall);
  const path = (of: 'value' | 'limit'): string => points.map((point, at) => `${at === 0 ? 'M' : 'L'}${x(point.resources)} ${y(point[of])}`).join('');
  return `<text x="${panel.left}" y="20" fill="${ink}" font-size="12" font-weight="600">${name}, ${points[0]!.unit}</text>
${[0, 0.5, 1].map((share) => `<path d="M${panel.left} ${y(share * most)}h${wide}" stroke="${line}"/><text x="${panel.left - 6}" y="${y(share * most) + 4}" fill="${soft}" text-anchor="end">${short(share * most)}</text>`).join('')}
<path d="${path('limit')}" fill="none" stroke="${bare}" stroke-width="2" stroke-dasharray="4 3"/>
<path d="${path('value')}" fill="none" stroke="${accent}" stroke-width="2"/>
${points.map((point) => `<circle cx="${x(point.resources)}" cy="${y(point.value)}" r="3" fill="${accent}"/><text x="${x(point.resources)}" y="${panel.height - 12}" fill="${soft}" text-anchor="middle">${short(point.resources)}</text>`).join('')}`;
}

/** The next of 1, 2, 5, 10, 20 … that is not less. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= value)!;
}

function short(value: number): string {
  if (value >= 1_000_000) return `${round(value / 1_000_000)}M`;
  if (value >= 1000) return `${round(value / 1000)}k`;
  return String(round(value));
}

const round = (value: number): number => Number(value.toFixed(2));
