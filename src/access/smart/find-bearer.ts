import { Problem } from '../../kernel/problem.ts';
import type { Access } from '../../store/types.ts';
import { accountColumns, accountOf, actorOf, type AccountRow } from '../account.ts';
import type { Caller, Entrance } from '../entrance.ts';
import { tokenHash } from '../secrets.ts';
import { isBelieved, keep } from '../session.ts';
import { systemRules } from './scopes.ts';

interface Row {
  kind: 'AccessToken' | 'ClientCredentials';
  client: string;
  client_name: string;
  client_demo: boolean;
  dangling: boolean;
  account: string | null;
  scope: string | null;
  patient: string | null;
  expires: string;
}

/** Who holds this bearer token: a program of its own, or an app on behalf of a person. Refuses `access.bad-token`. */
export async function findBearer(entrance: Entrance, token: string): Promise<Caller> {
  const now = entrance.clock.now();
  const hash = tokenHash(token);
  const key = `bearer ${hash.toString('base64')}`;
  const kept = entrance.kept.get(key);
  if (kept && isBelieved(kept, now)) return kept.caller;
  entrance.kept.delete(key);
  const [row] = await entrance.db.query<Row>(
    `select e.kind, e.client, e.account, e.payload->>'scope' as scope, e.payload->'extra'->>'patient' as patient, e.expires, c.name as client_name, c.demo as client_demo, c.dangling_references as dangling
     from oauth_entry e join service_client c on c.id = e.client
     where e.id = $1 and e.kind in ('AccessToken', 'ClientCredentials') and e.expires > $2 and not c.disabled and (not c.demo or $3)`,
    [hash, now, entrance.demo],
  );
  if (!row) throw new Problem('access.bad-token');
  const caller = row.kind === 'ClientCredentials' ? programOf(row) : await appOf(entrance, row);
  keep(entrance, key, { caller, asked: now.getTime(), ends: new Date(row.expires).getTime() });
  return caller;
}

function programOf(row: Row): Caller {
  return {
    actor: { reference: `Device/${row.client}`, role: 'system', name: row.client_name },
    account: row.client, access: accessOfScope(row.scope ?? '', row.dangling), language: 'ru', by: 'bearer', demo: row.client_demo,
  };
}

async function appOf(entrance: Entrance, row: Row): Promise<Caller> {
  const [person] = await entrance.db.query<AccountRow>(`select ${accountColumns} from account where id = $1 and not disabled and (not demo or $2)`, [row.account, entrance.demo]);
  if (!person) throw new Problem('access.bad-token');
  const account = accountOf(person);
  return {
    actor: actorOf(account), account: account.id, access: undefined, language: account.language, by: 'bearer', demo: account.demo,
    app: { client: row.client, scope: row.scope ?? '', patient: row.patient ?? undefined },
  };
}

const accesses = new Map<string, Access>();

/** One object for each scope text, so that the store may keep what it compiled from it. */
function accessOfScope(scope: string, dangling: boolean): Access {
  const key = `${dangling} ${scope}`;
  const known = accesses.get(key) ?? { name: 'system', rules: systemRules(scope), ...(dangling && { danglingReferences: 'allow' as const }) };
  if (accesses.size < 1000) accesses.set(key, known);
  return known;
}
