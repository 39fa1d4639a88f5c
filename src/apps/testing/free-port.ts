import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A port of this machine that was free a moment ago and is likely to stay so: it lies below those that the system gives by itself, to
 * connections and to servers that ask for any.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
    } catch (error) {
      if (attempt === 50) throw error;
      continue;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}
