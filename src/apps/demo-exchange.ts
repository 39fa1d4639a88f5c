import { missedVisits } from '../../seeds/dictionaries/missed-visits.ts';
import { demoAccounts, demoSubscriptions, districtParameter } from '../../seeds/region/index.ts';
import { createContext, systemContext, type Entrance } from '../access/index.ts';
import { demoClient } from '../access/demo.ts';
import { beginExport } from '../modules/exchange/index.ts';
import { importDictionary } from '../terminology/import-dictionary.ts';
import { readDictionary } from '../terminology/read-dictionary-files.ts';
import { saveDictionary } from '../terminology/save-dictionary.ts';

const kept = 'demo-exchange';

/**
 * What the administrator's pages of the demo show: a dictionary of the region's own in two versions, a search parameter, two subscriptions
 * of a program, an export. Once; what was changed or deleted since stays so.
 */
export async function keepDemoExchange(entrance: Entrance): Promise<void> {
  const { db, clock, store } = entrance;
  const [known] = await systemContext(entrance).store.readMany(['Organization/demo-polyclinic-2']);
  const [done] = await db.query('select 1 from setting where key = $1', [kept]);
  // no demo region here: a region of its own is not mixed with it
  if (!known || done) return;
  for (const files of missedVisits()) {
    const { passport, parts, oid, hash } = await readDictionary(files);
    await saveDictionary(store, importDictionary(passport, parts, oid), hash, clock.now());
  }
  await systemContext(entrance).store.write([{ method: 'update', resource: districtParameter() }]);
  const program = await createContext(entrance, { actor: { reference: `Device/${demoClient.id}`, role: 'system', name: demoClient.name }, account: demoClient.id, access: undefined, language: 'ru', by: 'bearer', demo: true });
  await program.ctx.store.write(demoSubscriptions().map((resource) => ({ method: 'update', resource })));
  const admin = demoAccounts().find(({ role }) => role === 'admin')!;
  const [account] = await db.query<{ id: string }>('select id from account where login = $1', [admin.login]);
  if (account) {
    const { ctx } = await createContext(entrance, { actor: { reference: `Person/${account.id}`, role: 'admin', name: admin.name }, account: account.id, access: undefined, language: 'ru', by: 'cookie', demo: true });
    await beginExport(ctx, ['Organization', 'PractitionerRole', 'CodeSystem']);
  }
  await db.query(`insert into setting (key, value) values ($1, 'kept') on conflict (key) do nothing`, [kept]);
}
