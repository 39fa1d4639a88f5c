import { connect } from '../db/database.ts';
import { log } from '../kernel/log.ts';
import { Journal } from './journal.ts';

// A process of its own for journal.db.test.ts: it notes as fast as it can, tells which rows are committed, and waits to be killed.
const journal = new Journal(await connect(process.argv[2]!), log);
let number = 0;

async function noteForEver(): Promise<void> {
  for (;;) {
    const request = `k${number++}`;
    await journal.note({ at: new Date(), actor: 'Practitioner/1', role: 'doctor', account: 'a', purpose: 'TREAT', action: 'read Patient', patients: ['p'], types: ['Patient'], status: 200, request });
    process.send!(request);
  }
}

await Promise.all(Array.from({ length: 64 }, noteForEver));
