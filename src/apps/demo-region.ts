import type { Entrance } from '../access/index.ts';
import type { Config } from '../kernel/config.ts';
import type { KeyStore } from '../modules/documents/index.ts';
import type { Call, Text } from './command.ts';

export const demoNotes: readonly Text[] = [];

export async function keepDemoRegion(_given: { entrance: Entrance; keys: KeyStore | undefined; config: Config; say: Call['say'] }): Promise<void> {}
