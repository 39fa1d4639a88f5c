import type { Database } from '../db/types.ts';
import { createAccount, normalLogin, type NewAccount } from './account.ts';
import type { Role } from './context.ts';
import type { Entrance } from './entrance.ts';
import { hashSecret } from './secrets.ts';
import { createServiceClient } from './service-client.ts';

export const demoPassword = 'karta-demo';
export const demoClient = { id: 'demo-system', secret: 'demo-system-secret', scopes: 'system/*.*', name: 'Демонстрационная система' } as const;
/** Takes in the standard's own examples and other people's records, which refer to what is not there. */
export const demoLoader = { id: 'demo-loader', secret: 'demo-loader-secret', scopes: 'system/*.*', name: 'Демонстрационная загрузка', danglingReferences: true } as const;

/** Makes a demo account, or brings one back whose demo had been ended; an account that is not of the demo is never touched. */
export async function keepDemoAccount(entrance: Pick<Entrance, 'db' | 'clock'>, account: Omit<NewAccount, 'password' | 'demo'>): Promise<void> {
  const login = normalLogin(account.login);
  const [known] = await entrance.db.query<{ demo: boolean; password_hash: string | null; disabled: boolean }>('select demo, password_hash, disabled from account where login = $1', [login]);
  if (!known) {
    await createAccount(entrance, { ...account, password: demoPassword, demo: true });
  } else if (known.demo && (known.disabled || known.password_hash === null)) {
    await entrance.db.query('update account set password_hash = $2, disabled = false where login = $1 and demo', [login, await hashSecret(demoPassword)]);
  }
}

/** The demo's service clients. */
export async function keepDemoClient(entrance: Pick<Entrance, 'db' | 'clock'>): Promise<void> {
  for (const client of [demoClient, demoLoader]) {
    const [known] = await entrance.db.query('select 1 from service_client where id = $1', [client.id]);
    if (!known) await createServiceClient(entrance, { ...client, demo: true });
  }
}

/** Started with the demo off: no demo person, password, session, client or token is left. The accounts' rows stay for the journal. */
export async function endDemo(db: Database): Promise<void> {
  await db.transaction(async (sql) => {
    await sql.query('delete from session where account in (select id from account where demo)');
    await sql.query('update account set disabled = true, password_hash = null where demo and (not disabled or password_hash is not null)');
    await sql.query('delete from oauth_entry where client in (select id from service_client where demo) or account in (select id from account where demo)');
    for (const table of ['app_grant', 'app_consent', 'app_launch']) await sql.query(`delete from ${table} where client in (select id from service_client where demo) or account in (select id from account where demo)`);
    await sql.query('delete from service_client where demo');
  });
}

export interface DemoPerson {
  login: string;
  name: string;
  role: Role;
  about: string;
}

/** People to choose from at the demo's sign-in, in the order they were made; nobody where the demo is off. */
export async function demoPeople(entrance: Pick<Entrance, 'db' | 'demo'>): Promise<DemoPerson[]> {
  if (!entrance.demo) return [];
  const rows = await entrance.db.query<{ login: string; name: string; role: Role; about: string | null }>('select login, name, role, about from account where demo and not disabled order by created, login');
  return rows.map((row) => ({ login: row.login, name: row.name, role: row.role, about: row.about ?? '' }));
}
