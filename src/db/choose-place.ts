import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Problem } from '../kernel/problem.ts';
import { canReach, chooseUser, isRoot, type SystemUser, userWithId } from './choose-user.ts';

/** Where the database of one data folder lies, and as whom it runs. */
export interface Place {
  /** Holds `cluster/`, `socket/`, `log/`. */
  folder: string;
  /** Set when Karta runs as root. */
  user: SystemUser | undefined;
  /** A folder that this user can reach, for copies of the binaries. */
  spare: string;
}

/** A line for the operator, in both languages. */
export type Say = (text: { ru: string; en: string }) => void;

const shared = '/var/lib/karta';

/** `<data>/postgres`; for root, where the database's user cannot reach that, a folder in /var/lib/karta and a link to it. */
export function choosePlace(data: string, say: Say): Place {
  const own = join(data, 'postgres');
  mkdirSync(data, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
  if (!isRoot()) {
    mkdirSync(own, { recursive: true, mode: 0o700 });
    refuseForeign(own);
    return { folder: own, user: undefined, spare: own };
  }
  const user = existsSync(own) && statSync(own).uid !== 0 ? userWithId(statSync(own).uid, statSync(own).gid) : chooseUser();
  if (lstatSync(own, { throwIfNoEntry: false })?.isSymbolicLink() && existsSync(own)) {
    const folder = realpathSync(own);
    sayWhere(say, user, folder, data);
    return { folder, user, spare: dirname(folder) };
  }
  if (existsSync(own) || canReach(user, data)) {
    mkdirSync(own, { recursive: true, mode: 0o700 });
    chownSync(own, user.uid, user.gid);
    return { folder: own, user, spare: own };
  }
  const folder = newSharedFolder(data);
  chownSync(folder, user.uid, user.gid);
  symlinkSync(folder, own);
  sayWhere(say, user, folder, data);
  return { folder, user, spare: shared };
}

function refuseForeign(folder: string): void {
  const owner = statSync(folder).uid;
  if (process.getuid && owner !== process.getuid()) throw new Problem('db.not-ours', { folder: realpathSync(folder), owner });
}

/** A data folder that was removed and made anew gets a new database; the former one is left alone. */
function newSharedFolder(data: string): string {
  mkdirSync(shared, { recursive: true, mode: 0o755 });
  const key = `${basename(dirname(data))}-${createHash('sha256').update(data).digest('hex').slice(0, 8)}`;
  for (let number = 1; ; number++) {
    const folder = join(shared, number === 1 ? key : `${key}-${number}`);
    try {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function sayWhere(say: Say, user: SystemUser, folder: string, data: string): void {
  say({
    ru: `База данных работает от пользователя ${user.name} и лежит в ${folder}: PostgreSQL не работает от root, а папка ${data} этому пользователю закрыта.`,
    en: `The database runs as user ${user.name} and lies in ${folder}: PostgreSQL does not run as root, and that user cannot reach ${data}.`,
  });
}

/** The address of a unix socket has at most 107 bytes on Linux and 103 on macOS, `/.s.PGSQL.5432` included. */
const longestSocketFolder = 103 - '/.s.PGSQL.5432'.length;

/** The folder of the socket, open to the database's user alone: in its own folder, or a short one where that path is too long. */
export function socketFolder(place: Place): string {
  let folder = join(place.folder, 'socket');
  if (Buffer.byteLength(folder) > longestSocketFolder) {
    const base = Buffer.byteLength(tmpdir()) > longestSocketFolder - 20 ? '/tmp' : tmpdir();
    folder = join(base, `karta-${createHash('sha256').update(realpathSync(place.folder)).digest('hex').slice(0, 10)}`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = statSync(folder).uid;
  const wanted = place.user?.uid ?? process.getuid?.() ?? owner;
  if (owner !== wanted && !isRoot()) {
    // Somebody else made this name in the shared temporary folder first: take one that nobody can foresee.
    folder = mkdtempSync(join(dirname(folder), 'karta-'));
  } else if (place.user) {
    chownSync(folder, place.user.uid, place.user.gid);
  }
  chmodSync(folder, 0o700);
  return folder;
}
