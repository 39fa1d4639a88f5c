import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runStep, type StepOptions } from './run-step.ts';

/** A browser for the browser tests: `KARTA_CHROMIUM`, else one of the system. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const named = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].flatMap((name) => (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));
  const places = [env.KARTA_CHROMIUM, '/usr/bin/chromium', ...named, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
  return places.find((place): place is string => place !== undefined && existsSync(place));
}

export const chromiumPackages = ['chromium', 'fonts-liberation'];

/** Whether Debian's package can be installed by us: root on a system with apt. */
export function mayInstallChromium(): boolean {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Debian's Chromium with a font; answers what went wrong, or nothing. */
export async function installChromium(options: StepOptions): Promise<string | undefined> {
  const quiet = { ...options, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const update = await runStep('apt-get', ['update', '-qq'], quiet);
  if (!update.ok) return update.output;
  const install = await runStep('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...chromiumPackages], quiet);
  return install.ok ? undefined : install.output;
}
