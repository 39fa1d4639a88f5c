import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A system user that the database runs as, since PostgreSQL refuses to run as root. */
export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Users of the passwd file; directory services are not asked, since a bare machine has none. */
function systemUsers(): SystemUser[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }));
}

export function userWithId(uid: number, gid: number): SystemUser {
  return systemUsers().find((user) => user.uid === uid) ?? { name: `uid ${uid}`, uid, gid };
}

/** `postgres` where the machine has it, else `karta` (made here when `useradd` exists), else `nobody`. */
export function chooseUser(): SystemUser {
  const named = (name: string): SystemUser | undefined => systemUsers().find((user) => user.name === name && user.uid !== 0);
  const present = named('postgres') ?? named('karta');
  if (present) return present;
  spawnSync('useradd', ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', 'karta'], { stdio: 'ignore' });
  return named('karta') ?? named('nobody') ?? { name: 'nobody', uid: 65534, gid: 65534 };
}

/** Whether the user may walk down to this existing folder: each folder of the way lets him through. */
export function canReach(user: SystemUser, folder: string): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
