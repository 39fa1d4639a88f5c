import type { Config } from '../kernel/config.ts';
import { connect } from '../db/database.ts';
import { joinEmbedded, startEmbedded } from '../db/embedded.ts';
import type { Database } from '../db/types.ts';
import type { Call } from './command.ts';

export interface OpenDatabase {
  database: Database;
  /** Closes the connections, and stops the embedded server where it is ours to stop. */
  close(): Promise<void>;
}

/**
 * The database that the configuration names: an own server, or the embedded one. As `owner` a second Karta on the data folder is
 * refused; as `guest` (a command beside the server) the running database is used as it is.
 */
export async function openDatabase(config: Config, as: 'owner' | 'guest', say: Call['say']): Promise<OpenDatabase> {
  if (config.databaseUrl) {
    const database = await connect(config.databaseUrl);
    return { database, close: () => database.end() };
  }
  const embedded = await (as === 'owner' ? startEmbedded : joinEmbedded)({ data: config.data, say });
  try {
    const database = await connect(embedded.url);
    return {
      database,
      close: async () => {
        await database.end();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}
