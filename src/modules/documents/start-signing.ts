import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ctx } from '../../access/context.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config.ts';
import { openKeyStore, openMasterKey, readMasterKey, type KeyStore } from './signature/key-store.ts';
import { endDemoKeys } from './tables.ts';
import { saveTrustAnchor } from './trust-anchors.ts';

/**
 * Called once at the start of the server: opens the key store, makes the test centre at first start, and puts its root into
 * `<data>/trust`. With the demo off the demo's keys die first; undefined where no master key is named: then nothing is signed.
 */
export async function startSigning(sql: Ctx['sql'], config: Pick<Config, 'data' | 'demo' | 'keyFile'>, clock: Clock): Promise<KeyStore | undefined> {
  if (!config.demo) {
    const demoKey = join(config.data, 'master.key');
    const left = existsSync(demoKey) && config.keyFile !== demoKey;
    await endDemoKeys(sql, left ? readMasterKey(demoKey).id : undefined, clock.now());
    if (left) rmSync(demoKey);
    if (!config.keyFile) return undefined;
  }
  const keys = openKeyStore(sql, openMasterKey(config), clock);
  for (const anchor of await keys.anchors()) saveTrustAnchor(config.data, anchor);
  return keys;
}
