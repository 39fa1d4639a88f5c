import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/db/database.ts';
import { joinEmbedded } from '../src/db/embedded.ts';
import { HttpPerson } from '../test/robustness/http-person.ts';
import { endPostmaster, newDataFolder, startKarta } from '../test/robustness/karta-process.ts';
import { readyVisit, sign } from '../test/robustness/ready-visit.ts';
import { halves, stateOfSignature } from '../test/robustness/whole-writes.ts';
import { runTrial } from './trial.ts';

/** The server killed at any moment of signing, every fourth time with its database: all of the document or nothing, and never twice. */
await runTrial('kill-server', async (trial) => {
  const patient = 'demo-ivanova';
  const { data, remove } = await newDataFolder();
  let karta = await startKarta(data);
  const database = await connect((await joinEmbedded({ data })).url, { max: 2 });
  try {
    const signedIn = await HttpPerson.signIn(karta.url, 'doctor');
    // Sessions end after twelve hours at most; a trial is shorter.
    const doctor = () => signedIn.at(karta.url);
    // How long signing takes here and now: the kill comes somewhere in it.
    let longest = 0;
    for (let times = 0; times < 3; times++) {
      const visit = await readyVisit(doctor(), patient);
      const begun = performance.now();
      await sign(doctor(), visit, crypto.randomUUID());
      longest = performance.now() - begun;
    }
    while (trial.goesOn()) {
      const visit = await readyVisit(doctor(), patient);
      const key = crypto.randomUUID();
      // what decides comes near the end
      const moment = (0.3 + trial.chance()) * longest;
      const begun = performance.now();
      const answer = sign(doctor(), visit, key).then(
        (given) => {
          longest = 0.8 * longest + 0.2 * (performance.now() - begun);
          return given;
        },
        () => undefined,
      );
      await sleep(moment);
      await karta.end('SIGKILL');
      if (trial.chance() < 0.25) {
        await endPostmaster(data, 'SIGKILL');
        trial.count('kills of the database');
      }
      karta = await startKarta(data);
      trial.count('kills of the server');
      const acknowledged = (await answer)?.status === 200;
      const after = await stateOfSignature(database, visit.encounter);
      trial.count(acknowledged ? 'acknowledged signatures' : after.state === 'all' ? 'signatures whose answer was lost' : 'signatures that never were');
      if (after.state === 'half' || (acknowledged && after.state !== 'all')) trial.flaw(`after ${moment.toFixed(1)} ms: ${JSON.stringify(after)}`);
      const again = await sign(doctor(), visit, key);
      const last = await stateOfSignature(database, visit.encounter);
      if (again.status !== 200 || last.state !== 'all' || last.documents[0] !== again.json<{ document: string }>().document) trial.flaw(`signed again: ${again.status} ${again.text.slice(0, 200)} ${JSON.stringify(last)}`);
    }
    for (const half of await halves(database)) trial.flaw(half);
  } finally {
    await database.end();
    await karta.end('SIGKILL');
    await remove();
  }
});
