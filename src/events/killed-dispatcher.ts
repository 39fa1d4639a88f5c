import type { Ctx } from '../access/context.ts';
import { connect } from '../db/database.ts';
import { startDispatch } from './dispatch.ts';
import { openTail } from './tail.ts';

// A process of its own for dispatch.db.test.ts: it reacts, says so, and waits to be killed before its position is saved.
const database = await connect(process.argv[2]!);
const tail = await openTail(database);
startDispatch({
  database,
  tail,
  context: () => ({}) as Ctx,
  holder: `child ${process.pid}`,
  lease: 5000,
  reactions: [
    {
      name: 'index',
      types: ['Observation'],
      async react(_ctx, { id, version }) {
        await database.query('insert into done (reaction, id, version, holder) values ($1, $2, $3, $4)', ['index', id, version, 'child']);
        process.send!(`${id} v${version}`);
        await new Promise(() => undefined);
      },
    },
  ],
});
