import type { Organization, Practitioner } from '@medplum/fhirtypes';
import type { Ctx } from '../access/index.ts';
import type { KeyStore } from '../modules/documents/index.ts';

/**
 * Gives every member of staff and every organisation that has none a key of the test centre, which says in words that it has no
 * legal force. Answers how many were issued. `query` narrows both searches; `from`: when the certificates begin.
 */
export async function issueKeys(ctx: Ctx, keys: KeyStore, { query = '', from = ctx.now }: { query?: string; from?: Date } = {}): Promise<number> {
  let issued = 0;
  for await (const practitioner of everyOne<Practitioner>(ctx, 'Practitioner', query)) {
    const name = practitioner.name?.[0];
    const given = (name?.given ?? []).join(' ');
    const snils = practitioner.identifier?.find(({ system }) => system?.includes('snils'))?.value;
    const subject = { of: 'person' as const, fullName: [name?.family, given].filter(Boolean).join(' '), surname: name?.family ?? '', givenName: given, ...(snils && { snils }) };
    if (await keys.issue(`Practitioner/${practitioner.id}`, subject, { from })) issued++;
  }
  for await (const organization of everyOne<Organization>(ctx, 'Organization', query)) {
    const ogrn = organization.identifier?.find(({ system }) => system === 'urn:identity:ogrn')?.value;
    if (await keys.issue(`Organization/${organization.id}`, { of: 'organisation', name: organization.name ?? '', ...(ogrn && { ogrn }) }, { from })) issued++;
  }
  return issued;
}

async function* everyOne<R extends Practitioner | Organization>(ctx: Ctx, type: R['resourceType'], query: string): AsyncGenerator<R> {
  let cursor: string | undefined;
  do {
    const page = await ctx.store.search(type, [query, '_count=500', cursor === undefined ? '' : `_cursor=${cursor}`].filter(Boolean).join('&'));
    for (const { content } of page.matches) yield JSON.parse(content) as R;
    cursor = page.next;
  } while (cursor !== undefined);
}
