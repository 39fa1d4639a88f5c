import { connect } from '../db/database.ts';
import { systemClock } from '../kernel/clock.ts';
import { openStore } from '../store/index.ts';

// A process of its own for bring-up-rows.db.test.ts: it knows the parameters of its start and writes when it is told, without having looked again.
const database = await connect(process.argv[2]!);
const store = await openStore(database, { clock: systemClock, zone: 'Europe/Moscow' });
process.once('message', () => void write());
process.send!('ready');

async function write(): Promise<void> {
  const scope = { access: { name: 'test', rules: [{ types: 'all' as const, patients: 'all' as const, write: true }] }, actor: 'Device/late', now: new Date() };
  await store.write(scope, [{ method: 'create', resource: { resourceType: 'Patient', birthDate: '1980-01-01', multipleBirthInteger: 7777 } }]);
  process.send!('written');
}
