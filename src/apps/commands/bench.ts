import { join } from 'node:path';
import type { Call } from '../command.ts';
import { runStep } from '../testing/run-step.ts';

/** `karta bench [NAME…] [--json]`: measures on a data folder of its own, each beside its limit; never judged by time. */
export async function bench({ args, root, stop }: Call): Promise<number> {
  const { ok } = await runStep(process.execPath, [join(root, 'bench/run.ts'), ...args], { root, stop, show: true, env: { KARTA_LOG: 'fatal' } });
  return ok ? 0 : 1;
}
