import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Call, Usage } from '../command.ts';
import { renewPerformance } from '../docs/performance-page.ts';
import { loadProblems, problemsPage } from '../docs/list-problems.ts';

/** `karta docs`: writes the pages that are made from the program: `docs/problems.md`, the figures in `docs/performance.md` and `README.md`, and their chart. */
export async function docs({ args, root, say }: Call): Promise<number> {
  if (args.length > 0) throw new Usage({ ru: 'У этой команды нет параметров.', en: 'This command has no arguments.' });
  const problems = await loadProblems(root);
  writeFileSync(join(root, 'docs/problems.md'), problemsPage(problems));
  renewPerformance(root);
  say({ ru: `docs/problems.md: кодов — ${problems.size}`, en: `docs/problems.md: ${problems.size} codes` });
  return 0;
}
