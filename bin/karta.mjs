#!/usr/bin/env node
// The one command. Any Node from 20 runs this file: it installs what is missing, then hands over to Node 24 and src/apps/cli.ts.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const english = (process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '').startsWith('en');
const say = (ru, en) => process.stderr.write(`${english ? en : ru}\n`);

if (Number.parseInt(process.versions.node, 10) < 20) {
  say(`Карте нужен Node 20 или новее, а это ${process.version}.`, `Karta needs Node 20 or newer, this is ${process.version}.`);
  process.exit(1);
}
installMissing();
endWithNpm();
await handOver();

/** Packages are fresh when they were installed from this very lock file: by us (the stamp says so) or by the user's own npm. */
function installMissing() {
  // A link means that somebody else keeps these packages, for several work trees perhaps.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const lock = join(root, 'package-lock.json');
  const stampFile = join(modules, '.karta-stamp');
  const stamp = `${createHash('sha256').update(readFileSync(lock)).digest('hex')} ${process.platform}-${process.arch}\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const installed = join(modules, '.package-lock.json');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) install();
  try {
    writeFileSync(stampFile, stamp);
  } catch {
    // Another user's folder: the next start compares times again, nothing more.
  }
}

function install() {
  say('Устанавливаю недостающие пакеты (npm ci), это займёт около минуты…', 'Installing the packages that are missing (npm ci), about a minute…');
  const options = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start` the running npm says where it is; otherwise the one on the path.
  const own = process.env.npm_execpath;
  const [command, before] = own?.endsWith('npm-cli.js') && existsSync(own) ? [process.execPath, [own]] : ['npm', []];
  const { status, error, stdout } = spawnSync(command, [...before, ...options], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: '' } });
  if (status === 0) return;
  process.stderr.write(stdout ?? '');
  if (error) process.stderr.write(`${error.message}\n`);
  say('Пакеты не установились. Причина — выше; повторите ту же команду, когда она устранена.', 'The packages could not be installed. The reason stands above; repeat the command when it is mended.');
  process.exit(1);
}

/** A signal to npm ends npm and its shell, but never comes through to us: the shell's end is the signal. */
function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 300);
  watch.unref();
}

async function handOver() {
  const cli = join(root, 'src/apps/cli.ts');
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    await import(pathToFileURL(cli).href);
    return;
  }
  const node = join(modules, `node-${process.platform}-${process.arch}/bin/node`);
  if (!existsSync(node)) {
    say(`Для ${process.platform}-${process.arch} пакета с Node 24 нет: установите Node 24 и повторите.`, `There is no package with Node 24 for ${process.platform}-${process.arch}: install Node 24 and repeat.`);
    process.exit(1);
  }
  // The channel tells the child when this process is gone, whatever killed it, so that no server is left without its command.
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', cli, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
