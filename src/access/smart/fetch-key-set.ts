import { lookup } from 'node:dns/promises';
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Networks that are not the public internet (IANA special-purpose registries, RFC 6890): a client's address must not lead into ours. */
const inside = new BlockList();
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 3]] as const) inside.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [['::', 127], ['64:ff9b::', 96], ['100::', 64], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]] as const) inside.addSubnet(net, bits, 'ipv6');

/** Whether an address lies in a private, local or otherwise special network; what is no address at all does too. */
export function isInside(address: string): boolean {
  if (isIPv4(address)) return inside.check(address, 'ipv4');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return inside.check(mapped, 'ipv4');
  return !isIPv6(address) || /^::ffff:/i.test(address) || inside.check(address, 'ipv6');
}

/**
 * Fetches a client's key set (`jwks_uri`): over https, without following elsewhere, and not from our own networks. Checked before anything
 * is sent; a name that changes its address in between is given up by the library when the connection stands.
 */
export const fetchKeySet: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.protocol !== 'https:') throw new Error('a key set is fetched by https only');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIPv4(host) || isIPv6(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  if (addresses.length === 0 || addresses.some(isInside)) throw new Error('a key set is not fetched from our own networks');
  return fetch(url, { ...init, redirect: 'error' });
};
