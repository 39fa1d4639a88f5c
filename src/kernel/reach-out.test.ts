import { describe, expect, it } from 'vitest';
import { allowedAddress, readHeader } from './reach-out.ts';

const allowed = ['https://hooks.example', 'https://*.region.example:8443/karta/', 'http://localhost:9000'];
const judged = (text: string) => {
  const found = allowedAddress(text, allowed);
  return found instanceof URL ? 'allowed' : found;
};

describe('an address that Karta may call', () => {
  it.each([
    ['https://hooks.example/a?b=c', 'allowed'],
    ['https://HOOKS.example:443/', 'allowed'],
    ['https://lab.region.example:8443/karta/x', 'allowed'],
    ['https://a.b.region.example:8443/karta', 'allowed'],
    ['http://localhost:9000/x', 'allowed'],
    ['https://hooks.example:8443/', 'unlisted'],
    ['https://hooks.example.evil.example/', 'unlisted'],
    ['https://evilregion.example:8443/karta/x', 'unlisted'],
    ['https://lab.region.example:8443/kartax', 'unlisted'],
    ['https://lab.region.example:8443/karta/../admin', 'unlisted'],
    ['https://lab.region.example:8443/karta/%2e%2e/admin', 'unlisted'],
    ['https://lab.region.example:8443/karta/..%2fadmin', 'unlisted'],
    ['http://hooks.example/', 'insecure'],
    ['http://169.254.169.254/latest/meta-data', 'insecure'],
    ['http://localhost:5432/', 'unlisted'],
    ['https://hooks.example@evil.example/', 'malformed'],
    ['https://user:word@hooks.example/', 'malformed'],
    ['file:///etc/passwd', 'malformed'],
    ['hooks.example', 'malformed'],
  ])('%s is %s', (address, verdict) => expect(judged(address)).toBe(verdict));

  it('nothing is allowed where nothing is named', () => expect(allowedAddress('https://hooks.example/', [])).toBe('unlisted'));
});

describe('a header of a channel', () => {
  it.each([
    ['Authorization: Bearer x', ['Authorization', 'Bearer x']],
    ['X-Empty:', ['X-Empty', '']],
    ['Host: inner', undefined],
    ['Content-Length: 1', undefined],
    ['X-Bad: a\r\nX-Other: b', undefined],
    ['no colon', undefined],
  ])('%j is read as %j', (line, read) => expect(readHeader(line)).toEqual(read));
});
