import { spawn } from 'node:child_process';

export interface StepResult {
  ok: boolean;
  seconds: number;
  output: string;
}

export interface StepOptions {
  root: string;
  env?: NodeJS.ProcessEnv;
  /** Shown while it runs; otherwise kept for when it fails. */
  show?: boolean;
  stop?: AbortSignal;
}

/** Runs a program of `node_modules/.bin` (or of the system) and keeps what it says. */
export async function runStep(program: string, args: readonly string[], { root, env, show, stop }: StepOptions): Promise<StepResult> {
  const begun = performance.now();
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'] });
  const abort = (): boolean => child.kill('SIGTERM');
  stop?.addEventListener('abort', abort);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output += data.toString()));
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  stop?.removeEventListener('abort', abort);
  return { ok, seconds: (performance.now() - begun) / 1000, output };
}
