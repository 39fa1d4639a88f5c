import { describe, expect, it } from 'vitest';
import { fetchKeySet, isInside } from './fetch-key-set.ts';

describe('the address of a client’s keys', () => {
  it('never leads into our own networks, however it is written', () => {
    for (const address of ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0', '255.255.255.255', '100.64.0.1', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', 'localhost', '']) {
      expect(isInside(address), address).toBe(true);
    }
    for (const address of ['8.8.8.8', '77.88.55.242', '172.32.0.1', '2a02:6b8::2:242', '2606:4700::1111']) expect(isInside(address), address).toBe(false);
  });

  it('is asked by https only, and not at all where it is inside', async () => {
    await expect(fetchKeySet('http://8.8.8.8/keys')).rejects.toThrow(/https/);
    for (const address of ['https://127.0.0.1:1/', 'https://[::1]:1/', 'https://2130706433/', 'https://0x7f.1/', 'https://localhost:1/']) await expect(fetchKeySet(address), address).rejects.toThrow(/own networks/);
  });
});
