import { demoAccounts, demoNotes as notesOf, demoRegion, demoTemplates } from '../../seeds/region/index.ts';
import { createContext, keepDemoAccount, systemContext, type Ctx, type Entrance } from '../access/index.ts';
import type { Config } from '../kernel/config.ts';
import type { KeyStore } from '../modules/documents/index.ts';
import { startVisit } from '../modules/visits/index.ts';
import type { Call, Text } from './command.ts';
import { signPastVisits } from './demo-documents.ts';
import { issueKeys } from './issue-keys.ts';

/** What the operator is told after the start. */
export const demoLines: readonly Text[] = [
  { ru: 'Демонстрация, данные вымышлены. Пароль у всех: karta-demo', en: 'Demo with fictional data. Everybody’s password: karta-demo' },
  { ru: 'Войти: registrar, nurse, doctor, doctor2, doctor3, head, patient, admin, auditor', en: 'Sign in as registrar, nurse, doctor, doctor2, doctor3, head, patient, admin, auditor' },
];

const landmark = 'Organization/demo-polyclinic-2';

/** Templates of visits ship without the demo too: written where none is. */
export async function keepTemplates(ctx: Ctx): Promise<void> {
  const { total } = await ctx.store.search('Questionnaire', '_summary=count');
  if (total) return;
  await ctx.store.write(demoTemplates().map((resource) => ({ method: 'create', resource, keepId: true })));
}

/**
 * The demo region, when the data folder is empty: its people, clinics and their day in one transaction, then accounts, keys and the
 * signed documents of the past months. A start that was cut off goes on where it stood.
 */
export async function keepDemoRegion({ entrance, keys, config, say }: { entrance: Entrance; keys: KeyStore | undefined; config: Config; say: Call['say'] }): Promise<void> {
  const ctx = systemContext(entrance);
  const when = { now: ctx.now, zone: config.zone };
  const [known] = await ctx.store.readMany([landmark]);
  if (!known) {
    const { total } = await ctx.store.search('Patient', '_summary=count');
    if (total) return; // a region of its own: the demo does not mix with it
    say({ ru: 'Готовлю демонстрационный регион…', en: 'Preparing the demo region…' });
    await ctx.store.write(demoRegion(when).map((resource) => ({ method: 'create', resource, keepId: true })));
  }
  for (const { patients, line, ...account } of demoAccounts()) {
    if (account.role === 'system') continue;
    await keepDemoAccount(entrance, { ...account, role: account.role, about: line.ru, ...(patients && { patients: patients.map((reference) => reference.replace('Patient/', '')) }) });
  }
  if (!keys) return;
  // valid since before the first document that is signed for the past
  await issueKeys(ctx, keys, { query: '_tag=urn:karta:demo|demo', from: new Date(ctx.now.getTime() - 365 * 86_400_000) });
  if (await isDone(entrance, 'demo-documents')) return;
  await keepBegunVisit(entrance);
  await signPastVisits({ entrance, config, notes: notesOf(when) });
  await entrance.db.query(`insert into setting (key, value) values ('demo-documents', 'signed') on conflict (key) do nothing`);
}

/** The doctor's visit that waits for its signature has its draft, as if she had put it off. */
async function keepBegunVisit(entrance: Entrance): Promise<void> {
  const account = demoAccounts().find(({ login }) => login === 'doctor')!;
  const actor = { reference: account.practitioner!, role: 'doctor' as const, practitionerRole: account.practitionerRole!, organization: account.organization!, name: account.name };
  const { ctx } = await createContext(entrance, { actor, account: 'demo', access: undefined, language: 'ru', by: 'cookie', demo: true });
  await startVisit(ctx, { appointment: 'demo-today-sokolova-lebedev' });
}

async function isDone(entrance: Entrance, key: string): Promise<boolean> {
  return (await entrance.db.query('select 1 from setting where key = $1', [key])).length > 0;
}
