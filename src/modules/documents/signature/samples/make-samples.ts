import { issueCertificate, makeAuthority, type IssuedKey } from '../authority.ts';

/** Keys for the tests of this folder: made once a run, since RSA keys take their time. */
export async function makeSamples(): Promise<{ root: IssuedKey; doctor: IssuedKey; organisation: IssuedKey; document: Uint8Array; start: Date; now: Date }> {
  const start = new Date(Math.floor(Date.now() / 1000) * 1000 - 3_600_000);
  const root = await makeAuthority(start);
  const doctor = await issueCertificate(root, { of: 'person', fullName: 'Соколова Анна Викторовна', surname: 'Соколова', givenName: 'Анна Викторовна', snils: '11223344595' }, { from: start });
  const organisation = await issueCertificate(root, { of: 'organisation', name: 'Поликлиника № 2', ogrn: '1027700132195', inn: '7707083893' }, { kind: 'rsa-2048', from: start });
  return { root, doctor, organisation, document: new TextEncoder().encode('{"resourceType":"Bundle","заметка":"Осмотр терапевта"}'), start, now: new Date(start.getTime() + 1_800_000) };
}
