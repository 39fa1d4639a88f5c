import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKarta } from '../test/robustness/karta-process.ts';
import { round, type Ground, type Step } from './ground.ts';

/** From the command to the line «Karta is ready», the database too; later starts within 3 s are promised. */
async function warmStart(ground: Ground) {
  await ground.karta.end('SIGTERM');
  const begun = performance.now();
  ground.karta = await startKarta(ground.data);
  return { value: round((performance.now() - begun) / 1000), unit: 's', limit: 3 };
}

/** Resident memory of the server's process when it has been started and left alone; 250 MB are promised. */
async function idle(ground: Ground) {
  await ground.karta.end('SIGTERM');
  ground.karta = await startKarta(ground.data);
  await sleep(10_000);
  const status = readFileSync(`/proc/${ground.karta.child.pid}/status`, 'utf8');
  return { value: Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024), unit: 'MB', limit: 250 };
}

export const starting: Readonly<Record<string, Step>> = { 'warm-start': warmStart, idle };
