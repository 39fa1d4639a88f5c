import { newId, shardOf } from '../kernel/id.ts';
import { Problem } from '../kernel/problem.ts';
import type { Sql } from '../db/types.ts';
import { roles, type Actor, type Role } from './context.ts';
import type { Entrance } from './entrance.ts';
import { hashSecret } from './secrets.ts';

/** An account as the administrator sees it: never with its password. */
export interface Account {
  id: string;
  login: string;
  role: Role;
  practitioner: string | undefined;
  practitionerRole: string | undefined;
  organization: string | undefined;
  patients: readonly string[];
  name: string;
  language: 'ru' | 'en';
  about: string | undefined;
  demo: boolean;
  disabled: boolean;
}

export interface NewAccount {
  login: string;
  password: string;
  role: Exclude<Role, 'system'>;
  /** FHIR references: `Practitioner/…`, `PractitionerRole/…`, `Organization/…`. */
  practitioner?: string | undefined;
  practitionerRole?: string | undefined;
  organization?: string | undefined;
  /** Ids of the own card and those of children, for `patient`. */
  patients?: readonly string[] | undefined;
  name: string;
  language?: 'ru' | 'en' | undefined;
  /** One line on what this person's day looks like, shown at the demo's sign-in. */
  about?: string | undefined;
  /** Demo accounts may carry a short password and die with the demo. */
  demo?: boolean | undefined;
}

export interface AccountRow {
  id: string;
  login: string;
  password_hash: string | null;
  role: string;
  practitioner: string | null;
  practitioner_role: string | null;
  organization: string | null;
  patients: string[];
  name: string;
  language: string;
  about: string | null;
  demo: boolean;
  disabled: boolean;
}

export const accountColumns = 'id, login, password_hash, role, practitioner, practitioner_role, organization, patients, name, language, about, demo, disabled';
export const leastPassword = 12;

export function accountOf(row: AccountRow): Account {
  const role = roles.find((one) => one === row.role);
  if (!role) throw new Error('an account carries an unknown role');
  return {
    id: row.id,
    login: row.login,
    role,
    practitioner: row.practitioner ?? undefined,
    practitionerRole: row.practitioner_role ?? undefined,
    organization: row.organization ?? undefined,
    patients: row.patients,
    name: row.name,
    language: row.language === 'en' ? 'en' : 'ru',
    about: row.about ?? undefined,
    demo: row.demo,
    disabled: row.disabled,
  };
}

/** The account as an actor. Who is neither staff nor patient in FHIR (an administrator) acts as a Person. */
export function actorOf(account: Account): Actor {
  const own = account.role === 'patient' && account.patients[0] ? `Patient/${account.patients[0]}` : undefined;
  return {
    reference: account.practitioner ?? own ?? `Person/${account.id}`,
    role: account.role,
    ...(account.practitionerRole ? { practitionerRole: account.practitionerRole } : {}),
    ...(account.organization ? { organization: account.organization } : {}),
    ...(account.role === 'patient' ? { patients: account.patients } : {}),
    name: account.name,
  };
}

export function normalLogin(login: string): string {
  return login.trim().toLowerCase();
}

/** Refuses `access.bad-login` and `access.weak-password`. */
export function checkCredentials(account: Pick<NewAccount, 'login' | 'password' | 'demo'>): string {
  const login = normalLogin(account.login);
  if (!/^[a-z0-9][a-z0-9._@-]{1,63}$/.test(login)) throw new Problem('access.bad-login');
  const least = account.demo ? 8 : leastPassword;
  if (account.password.length < least || account.password.length > 200 || account.password.toLowerCase() === login) throw new Problem('access.weak-password', { least });
  return login;
}

/** Makes an account. Refuses a login that is taken (`access.login-taken`). */
export async function createAccount(entrance: Pick<Entrance, 'db' | 'clock'>, account: NewAccount, sql: Sql = entrance.db): Promise<Account> {
  const login = checkCredentials(account);
  const id = newId();
  const rows = await sql.query<AccountRow>(
    `insert into account (id, shard, login, password_hash, role, practitioner, practitioner_role, organization, patients, name, language, about, demo, created)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (login) do nothing returning ${accountColumns}`,
    [id, shardOf(id), login, await hashSecret(account.password), account.role, account.practitioner ?? null, account.practitionerRole ?? null, account.organization ?? null,
      [...(account.patients ?? [])], account.name, account.language ?? 'ru', account.about ?? null, account.demo ?? false, entrance.clock.now()],
  );
  if (!rows[0]) throw new Problem('access.login-taken');
  return accountOf(rows[0]);
}

/** All accounts by login. */
export async function listAccounts(entrance: Pick<Entrance, 'db'>): Promise<Account[]> {
  return (await entrance.db.query<AccountRow>(`select ${accountColumns} from account order by login`)).map(accountOf);
}

/** Closes an account or opens it again; closing ends its sessions at once. */
export async function disableAccount(entrance: Entrance, id: string, disabled: boolean): Promise<void> {
  const rows = await entrance.db.transaction(async (sql) => {
    if (disabled) await sql.query('delete from session where account = $1', [id]);
    return sql.query('update account set disabled = $2 where id = $1 returning id', [id, disabled]);
  });
  if (!rows[0]) throw new Problem('access.no-account');
  for (const [key, kept] of entrance.kept) if (kept.caller.account === id) entrance.kept.delete(key);
}
