import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What each floor is for, and the step of a changing request that is made there. */
const floorLines: Readonly<Record<string, string>> = {
  apps: 'programs that only assemble: server, commands, staff and patient screens',
  modules: 'one folder per domain word',
  http: 'sessions, origin, headers, problem replies, live stream',
  rest: 'the FHIR API, a file per interaction',
  events: 'feed, reactions, jobs with leases',
  access: 'who asks, policies, care relations, journal',
  terminology: 'МКБ-10, medicines, dictionaries',
  store: 'FHIR resources: write, read, history, search',
  fhir: 'R4 model, validation, FHIRPath; pure',
  db: 'SQL, migrations, PostgreSQL, backup',
  kernel: 'problem, id, clock, config, log',
};

const steps: Readonly<Record<string, string>> = { http: '1', modules: '2', access: '3', store: '4', db: '5', events: '6' };

const legend = [
  '1 session, origin, size',
  '2 contract → action → rules',
  '3 access compiled to SQL',
  '4 validate, index, version',
  '5 one transaction: row, history, index, outbox',
  '6 after commit: reactions, “what changed” to screens',
];

const row = 46;
const gap = 8;
const left = 52;
const wide = 640;
const ink = '#1f2528';
const soft = '#5b6469';
const line = '#d8d5ce';
const accent = '#0f6b66';

/** The house as it stands: floors as the dependency rules have them, modules as the folder holds them. An SVG text of its own. */
export function drawFloors(root: string): string {
  const floors = (JSON.parse(readFileSync(join(root, '.floors.json'), 'utf8')) as string[][]).toReversed();
  const modules = readdirSync(join(root, 'src/modules'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  const rows = floors.map((beside, at) => {
    const width = (wide - gap * (beside.length - 1)) / beside.length;
    return beside.map((name, place) => floor(name, left + place * (width + gap), 24 + at * (row + gap), width, name === 'modules' ? `${floorLines[name]}: ${modules.join(' · ')}` : (floorLines[name] ?? ''))).join('');
  });
  const top = (name: string) => 24 + floors.findIndex((beside) => beside.includes(name)) * (row + gap);
  const bottom = 24 + floors.length * (row + gap);
  const right = left + wide + gap;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 ${bottom + 78}" font-family="Golos Text, Segoe UI, Helvetica, Arial, sans-serif" font-size="13">
<title>The floors of Karta and the way of a changing request</title>
<rect width="920" height="${bottom + 78}" rx="12" fill="#fbfaf7"/>
${rows.join('\n')}
${tall('ui', 'components, theme,', 'the one client; stands', 'on fhir and problem', right, top('modules'), top('fhir') - gap - top('modules'))}
${tall('PostgreSQL', '15 to 18, own', 'or embedded 18', '', right, top('fhir'), bottom - gap - top('fhir'))}
<path d="M${left - 34} 24V${bottom - gap}" stroke="${soft}" marker-end="url(#down)"/>
<text x="${left - 40}" y="${(24 + bottom) / 2}" fill="${soft}" font-size="12" transform="rotate(-90 ${left - 40} ${(24 + bottom) / 2})" text-anchor="middle">imports go downward only</text>
<defs><marker id="down" markerWidth="8" markerHeight="8" refX="4" refY="6" orient="0"><path d="M0 0 4 7 8 0" fill="none" stroke="${soft}"/></marker></defs>
${legend.map((text, at) => `<text x="${left + (at % 3) * 284}" y="${bottom + 26 + Math.floor(at / 3) * 24}" fill="${ink}" font-size="12">${escape(text)}</text>`).join('\n')}
</svg>
`;
}

function floor(name: string, x: number, y: number, width: number, text: string): string {
  const step = steps[name];
  const mark = step ? `<circle cx="${x + width - 20}" cy="${y + row / 2}" r="11" fill="${accent}"/><text x="${x + width - 20}" y="${y + row / 2 + 4.5}" fill="#fff" text-anchor="middle" font-weight="600">${step}</text>` : '';
  return `<rect x="${x}" y="${y}" width="${width}" height="${row}" rx="6" fill="#fff" stroke="${line}"/><text x="${x + 14}" y="${y + 19}" fill="${ink}" font-size="14" font-weight="600">${name}</text><text x="${x + 14}" y="${y + 36}" fill="${soft}" font-size="11.5">${escape(text)}</text>${mark}`;
}

function tall(name: string, one: string, two: string, three: string, x: number, y: number, height: number): string {
  return `<rect x="${x}" y="${y}" width="156" height="${height}" rx="6" fill="#fff" stroke="${line}"/><text x="${x + 14}" y="${y + 22}" fill="${ink}" font-size="14" font-weight="600">${name}</text>${[one, two, three].map((text, at) => `<text x="${x + 14}" y="${y + 42 + at * 17}" fill="${soft}" font-size="12">${escape(text)}</text>`).join('')}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
