/**
 * The floors of the house: imports go downward only, type imports included.
 * swc reads the sources, since dependency-cruiser knows TypeScript only below 7; `karta test` fails when it did not see every file.
 */

/** From the ground. Folders on one line stand beside each other and do not import one another. */
const floors = require('./.floors.json');

/** A module that may use a sibling through its door: `index.ts` on the server, `contract.ts`, `paths.ts`, `parts.tsx` on the screens. */
const siblings = {
  patients: ['documents'],
  registry: ['patients', 'staff'],
  chart: ['patients', 'documents', 'visits', 'registry'],
  visits: ['patients', 'chart', 'documents', 'cases', 'registry'],
  cases: ['patients', 'visits', 'chart'],
  documents: ['patients', 'visits'],
  portal: ['patients', 'documents', 'chart'],
};

const tests = '[.]test[.]tsx?$';
const any = (names) => `(${names.join('|')})`;
const folder = (names) => `^src/${any(names)}/`;

const upward = floors.slice(0, -1).map((beside, height) => ({
  name: `floors-${beside.join('-')}`,
  comment: 'A floor imports only lower ones.',
  severity: 'error',
  from: { path: folder(beside), pathNot: tests },
  to: { path: folder([...floors.slice(height + 1).flat(), 'ui']) },
}));

const aside = floors
  .filter((beside) => beside.length > 1)
  .flatMap((beside) => beside.map((name) => ({
    name: `floors-beside-${name}`,
    comment: 'Folders of one floor do not import one another.',
    severity: 'error',
    from: { path: folder([name]) },
    to: { path: folder(beside.filter((other) => other !== name)) },
  })));

// The floor of modules itself holds two contracts, module.ts and screens.ts; `ui` is seen from screens alone.
upward.find(({ name }) => name === 'floors-modules').to.path = folder(['apps']);
// What a module declares is the contract that http mounts: it names no module.
upward.find(({ name }) => name === 'floors-http').to.pathNot = '^src/modules/module[.]ts$';

const doors = '(index[.]ts|contract[.]ts|paths[.]ts|parts[.]tsx)$';
const unlisted = {
  name: 'modules-only-listed-siblings',
  comment: 'A module reaches a sibling only where the pair is listed in .dependency-cruiser.cjs.',
  severity: 'error',
  from: { path: '^src/modules/([^/]+)/', pathNot: [tests, ...Object.keys(siblings).map((name) => `^src/modules/${name}/`)] },
  to: { path: '^src/modules/[^/]+/', pathNot: '^src/modules/$1/' },
};
const listed = Object.entries(siblings).map(([name, others]) => ({
  name: `modules-siblings-of-${name}`,
  comment: 'A module reaches a sibling only where the pair is listed in .dependency-cruiser.cjs.',
  severity: 'error',
  from: { path: `^src/modules/${name}/`, pathNot: tests },
  to: { path: '^src/modules/[^/]+/', pathNot: `^src/modules/${any([name, ...others])}/` },
}));

const screens = '^src/modules/[^/]+/(staff|portal)/|^src/modules/[^/]+/parts[.](tsx|module[.]css)$';

module.exports = {
  forbidden: [
    ...upward,
    ...aside,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'db-only-for-keepers',
      comment: 'Only store, terminology, access, events, a module’s tables.ts and the programs import db; the two contracts name its types.',
      severity: 'error',
      from: { path: folder(['rest', 'http', 'modules', 'ui']), pathNot: [tests, '^src/modules/[^/]+/tables[.]ts$', '^src/modules/module[.]ts$'] },
      to: { path: folder(['db']) },
    },
    {
      name: 'ui-stands-on-fhir-and-problem',
      severity: 'error',
      from: { path: folder(['ui']), pathNot: tests },
      to: { path: '^src/', pathNot: '^src/(ui/|fhir/|kernel/problem[.]ts$)' },
    },
    {
      name: 'no-ui-on-the-server',
      comment: 'Server files of a module do not import ui; words, paths and screens do.',
      severity: 'error',
      from: { path: '^src/modules/[^/]+/[^/]+[.]ts$', pathNot: [tests, '/(words|paths)[.]ts$'] },
      to: { path: folder(['ui']) },
    },
    {
      name: 'screens-use-the-api',
      comment: 'Screens import ui, fhir, kernel/problem, the screens’ contract, and contracts, rules, paths, words and parts of modules.',
      severity: 'error',
      from: { path: screens, pathNot: tests },
      to: { path: '^src/', pathNot: [folder(['ui', 'fhir']), '^src/kernel/problem[.]ts$', '^src/modules/screens[.]ts$', screens, '^src/modules/[^/]+/(contract|rules|paths|words)[.]ts$', '^src/modules/[^/]+/parts[.]module[.]css$'] },
    },
    {
      name: 'siblings-through-the-door',
      comment: 'A module reaches a sibling only through its index.ts, its screens through contract.ts, paths.ts, parts.tsx.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/', pathNot: tests },
      to: { path: '^src/modules/[^/]+/', pathNot: ['^src/modules/$1/', `^src/modules/[^/]+/${doors}`] },
    },
    unlisted,
    ...listed,
    { name: 'nobody-imports-apps', severity: 'error', from: { pathNot: '^(src/apps|test|bench|trials)/' }, to: { path: folder(['apps']) } },
    {
      name: 'no-test-tools-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: [tests, '^src/apps/testing/'] },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], mainFields: ['module', 'main', 'types'] },
  },
};
